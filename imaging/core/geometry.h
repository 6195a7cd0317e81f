// Points, vectors and the maps between frames. The frame is part of the type, so a voxel index
// cannot be taken for a place in the patient.
#pragma once

#include <Eigen/Core>
#include <array>
#include <cmath>
#include <cstddef>

namespace imaging {

// Frames.
struct Lps {};       // The patient: +x left, +y posterior, +z superior, mm. The world of Oasis.
struct Voxel {};     // Continuous voxel index (i, j, k); integers are voxel centres.
struct Detector {};  // X-ray image: (column, row) in pixels; integers are pixel centres.

template <class Frame>
struct Vector3 {
  double x = 0, y = 0, z = 0;

  double dot(const Vector3& b) const { return x * b.x + y * b.y + z * b.z; }
  Vector3 cross(const Vector3& b) const {
    return {y * b.z - z * b.y, z * b.x - x * b.z, x * b.y - y * b.x};
  }
  double squared_norm() const { return dot(*this); }
  double norm() const { return std::sqrt(squared_norm()); }
  // Of length 1; the zero vector stays zero.
  Vector3 normalized() const {
    const double n = norm();
    return n > 0 ? Vector3{x / n, y / n, z / n} : *this;
  }

  Vector3 operator+(const Vector3& b) const { return {x + b.x, y + b.y, z + b.z}; }
  Vector3 operator-(const Vector3& b) const { return {x - b.x, y - b.y, z - b.z}; }
  Vector3 operator-() const { return {-x, -y, -z}; }
  Vector3 operator*(double s) const { return {x * s, y * s, z * s}; }
  Vector3 operator/(double s) const { return {x / s, y / s, z / s}; }
  bool operator==(const Vector3&) const = default;
};

template <class Frame>
Vector3<Frame> operator*(double s, const Vector3<Frame>& v) {
  return v * s;
}

template <class Frame>
struct Point3 {
  double x = 0, y = 0, z = 0;

  Vector3<Frame> operator-(const Point3& b) const { return {x - b.x, y - b.y, z - b.z}; }
  Point3 operator+(const Vector3<Frame>& v) const { return {x + v.x, y + v.y, z + v.z}; }
  Point3 operator-(const Vector3<Frame>& v) const { return {x - v.x, y - v.y, z - v.z}; }
  double operator[](int axis) const { return axis == 0 ? x : axis == 1 ? y : z; }
  bool operator==(const Point3&) const = default;
};

template <class Frame>
double distance(const Point3<Frame>& a, const Point3<Frame>& b) {
  return (a - b).norm();
}

// a at t = 0, b at t = 1.
template <class Frame>
Point3<Frame> lerp(const Point3<Frame>& a, const Point3<Frame>& b, double t) {
  return a + (b - a) * t;
}

// Two dimensions, for X-ray images and radiographs.
struct Point2 {
  double x = 0, y = 0;  // Column and row, px; integers are pixel centres.
  bool operator==(const Point2&) const = default;
};

// An affine map, named target_from_source: `Affine<Lps, Voxel> lps_from_voxel`.
template <class To, class From>
struct Affine {
  Eigen::Matrix3d linear = Eigen::Matrix3d::Identity();
  Eigen::Vector3d offset = Eigen::Vector3d::Zero();

  Point3<To> operator()(const Point3<From>& p) const {
    const Eigen::Vector3d q = linear * Eigen::Vector3d(p.x, p.y, p.z) + offset;
    return {q.x(), q.y(), q.z()};
  }
  Vector3<To> operator()(const Vector3<From>& v) const {
    const Eigen::Vector3d q = linear * Eigen::Vector3d(v.x, v.y, v.z);
    return {q.x(), q.y(), q.z()};
  }
  // The determinant must not be zero; a Grid guarantees it.
  Affine<From, To> inverse() const;
  // 4 x 4, row by row, as VTK and DICOM write it.
  std::array<double, 16> row_major() const;
};

namespace detail {
void invert(const Eigen::Matrix3d& linear, const Eigen::Vector3d& offset,
            Eigen::Matrix3d& linear_out, Eigen::Vector3d& offset_out);
}  // namespace detail

template <class To, class From>
Affine<From, To> Affine<To, From>::inverse() const {
  Affine<From, To> result;
  detail::invert(linear, offset, result.linear, result.offset);
  return result;
}

template <class To, class From>
std::array<double, 16> Affine<To, From>::row_major() const {
  std::array<double, 16> m{};
  for (std::size_t r = 0; r < 3; ++r) {
    const auto row = static_cast<Eigen::Index>(r);
    for (std::size_t c = 0; c < 3; ++c) m[4 * r + c] = linear(row, static_cast<Eigen::Index>(c));
    m[4 * r + 3] = offset(row);
  }
  m[15] = 1;
  return m;
}

template <class To, class Mid, class From>
Affine<To, From> operator*(const Affine<To, Mid>& a, const Affine<Mid, From>& b) {
  return {a.linear * b.linear, a.linear * b.offset + a.offset};
}

// Where on segment ab is the point nearest to p? In [0, 1].
double nearest_on_segment(const Point3<Lps>& p, const Point3<Lps>& a, const Point3<Lps>& b);

// Unit vectors u, v so that (u, v, direction) is right-handed and orthonormal.
// `direction` must not be zero.
std::array<Vector3<Lps>, 2> perpendicular_pair(const Vector3<Lps>& direction);

// "L", "R", "A", "P", "H", "F" of the strongest component, then the weaker ones above 0.3, as DICOM
// writes Patient Orientation.
struct OrientationLetters {
  char text[4];
};
OrientationLetters orientation_letters(const Vector3<Lps>& direction);

inline constexpr double pi = 3.14159265358979323846;
inline double rad_from_deg(double angle_deg) { return angle_deg * pi / 180; }
inline double deg_from_rad(double angle_rad) { return angle_rad * 180 / pi; }

}  // namespace imaging
