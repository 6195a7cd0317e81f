#include "imaging/angio/phase_correlation.h"

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <unsupported/Eigen/FFT>
#include <vector>

namespace imaging {
namespace {

using Complex = std::complex<float>;
constexpr int side = 256;  // Of the spectra; a power of two.

Frame<float> reduced(const Frame<float>& image, int factor) {
  Frame<float> small(image.columns() / factor, image.rows() / factor);
  const float share = 1.0F / static_cast<float>(factor * factor);
  for (int r = 0; r < small.rows(); ++r)
    for (int y = 0; y < factor; ++y) {
      const float* row = image.data() + static_cast<std::ptrdiff_t>(r * factor + y) *
                                            static_cast<std::ptrdiff_t>(image.columns());
      for (int c = 0; c < small.columns(); ++c)
        for (int x = 0; x < factor; ++x) small(c, r) += share * row[c * factor + x];
    }
  return small;
}

// Faded to nothing towards the borders, which would otherwise correlate with themselves.
void add_windowed(const Frame<float>& small, bool imaginary, std::vector<Complex>& into) {
  double sum = 0;
  for (std::size_t n = 0; n < small.size(); ++n) sum += static_cast<double>(small.data()[n]);
  const auto mean =
      static_cast<float>(sum / static_cast<double>(std::max<std::size_t>(1, small.size())));
  const auto hann = [](int count) {
    std::vector<float> fade;
    for (int n = 0; n < count; ++n)
      fade.push_back(0.5F -
                     0.5F * std::cos(2 * std::numbers::pi_v<float> *
                                     (static_cast<float>(n) + 0.5F) / static_cast<float>(count)));
    return fade;
  };
  const std::vector<float> across = hann(small.columns()), down = hann(small.rows());
  for (int r = 0; r < small.rows(); ++r)
    for (int c = 0; c < small.columns(); ++c) {
      const float v = (small(c, r) - mean) * across[static_cast<std::size_t>(c)] *
                      down[static_cast<std::size_t>(r)];
      Complex& z = into[static_cast<std::size_t>(r * side + c)];
      imaginary ? z.imag(v) : z.real(v);
    }
}

void transform(std::vector<Complex>& plane, bool back) {
  const auto run = [&](auto at) {
    tbb::parallel_for(tbb::blocked_range<std::size_t>(0, side, 32), [&](const auto& lines) {
      Eigen::FFT<float> fft;
      fft.SetFlag(Eigen::FFT<float>::Unscaled);
      std::vector<Complex> line(side), out(side);
      for (std::size_t m = lines.begin(); m != lines.end(); ++m) {
        for (std::size_t n = 0; n < side; ++n) line[n] = plane[at(m, n)];
        back ? fft.inv(out.data(), line.data(), side) : fft.fwd(out.data(), line.data(), side);
        for (std::size_t n = 0; n < side; ++n) plane[at(m, n)] = out[n];
      }
    });
  };
  run([](std::size_t m, std::size_t n) { return m * side + n; });
  run([](std::size_t m, std::size_t n) { return n * side + m; });
}

// Signed frequency of an entry, in turns per picture.
int frequency(int n) { return n < side / 2 ? n : n - side; }

// Where a parabola through three neighbours is highest, from the middle one.
double vertex(float before, float middle, float after) {
  const double bend =
      static_cast<double>(before) - 2 * static_cast<double>(middle) + static_cast<double>(after);
  return bend < 0
             ? std::clamp(0.5 * (static_cast<double>(before) - static_cast<double>(after)) / bend,
                          -0.5, 0.5)
             : 0;
}

}  // namespace

ImageShift phase_correlation(const Frame<float>& mask, const Frame<float>& live) {
  OASIS_EXPECTS(mask.columns() == live.columns() && mask.rows() == live.rows());
  if (mask.empty()) return {};
  const int factor = (std::max(mask.columns(), mask.rows()) + side - 1) / side;
  // Both real pictures in one complex transform: F(a) and F(b) are its even and odd parts.
  std::vector<Complex> plane(static_cast<std::size_t>(side * side));
  add_windowed(reduced(mask, factor), false, plane);
  add_windowed(reduced(live, factor), true, plane);
  transform(plane, false);

  std::vector<Complex> cross(plane.size());
  // The fading at the borders fills the lowest frequencies, noise the highest. Between them half
  // whitening (the root of the product's size) keeps strong edges stronger than noise.
  constexpr float lowest = 3, cut_off = 0.25F * side;
  std::vector<float> fade;  // A Gaussian of both frequencies is a product.
  for (int n = 0; n < side; ++n) {
    const auto f = static_cast<float>(frequency(n));
    fade.push_back(std::exp(-f * f / (cut_off * cut_off)));
  }
  for (int r = 0; r < side; ++r)
    for (int c = 0; c < side; ++c) {
      const auto here = static_cast<std::size_t>(r * side + c);
      const auto there = static_cast<std::size_t>(((side - r) % side) * side + (side - c) % side);
      const Complex a = 0.5F * (plane[here] + std::conj(plane[there]));
      const Complex b = Complex(0, -0.5F) * (plane[here] - std::conj(plane[there]));
      const Complex product = b * std::conj(a);
      const float size = std::sqrt(std::norm(product));
      const auto fc = static_cast<float>(frequency(c)), fr = static_cast<float>(frequency(r));
      const float square = fc * fc + fr * fr;
      if (size <= 0 || square < lowest * lowest) continue;
      cross[here] = product * (fade[static_cast<std::size_t>(c)] *
                               fade[static_cast<std::size_t>(r)] / std::sqrt(size));
    }
  transform(cross, true);

  const auto at = [&](int c, int r) {
    static_assert((side & (side - 1)) == 0);
    return cross[static_cast<std::size_t>((r & (side - 1)) * side + (c & (side - 1)))].real();
  };
  int best_column = 0, best_row = 0;
  for (int r = 0; r < side; ++r)
    for (int c = 0; c < side; ++c)
      if (at(c, r) > at(best_column, best_row)) best_column = c, best_row = r;
  const auto apart = [](int n, int m) {
    const int d = std::abs(n - m);
    return std::min(d, side - d);
  };
  constexpr int peak_reach = 6;  // px of the reduced picture: the foot of the highest peak.
  float next = 0;
  for (int r = 0; r < side; ++r)
    for (int c = 0; c < side; ++c)
      if (apart(c, best_column) > peak_reach || apart(r, best_row) > peak_reach)
        next = std::max(next, at(c, r));
  ImageShift shift;
  const float peak = at(best_column, best_row);
  if (peak <= 0) return shift;
  shift.peak_over_next = next > 0 ? static_cast<double>(peak / next) : 1e3;
  const auto sub_pixel = [&](int n, float before, float middle, float after) {
    return factor * (frequency(n) + vertex(before, middle, after));
  };
  shift.column_px = sub_pixel(best_column, at(best_column - 1, best_row), at(best_column, best_row),
                              at(best_column + 1, best_row));
  shift.row_px = sub_pixel(best_row, at(best_column, best_row - 1), at(best_column, best_row),
                           at(best_column, best_row + 1));
  return shift;
}

}  // namespace imaging
