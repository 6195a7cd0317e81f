#include "imaging/vessel/tube_kernels.h"

#include <algorithm>
#include <cmath>

// This file is compiled once for each instruction set; Highway picks one when the program runs. The
// order of these headers is Highway's.
// clang-format off
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "imaging/vessel/tube_kernels.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
#include <hwy/contrib/math/math-inl.h>
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace imaging {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

void weighted_rows(const float* const* rows, const float* weights, std::size_t reach, float* out,
                   std::size_t count) {
  const hn::ScalableTag<float> d;
  const std::size_t lanes = hn::Lanes(d);
  const float* const* const middle = rows + reach;
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    auto sum = hn::Mul(hn::Set(d, weights[0]), hn::LoadU(d, middle[0] + i));
    for (std::size_t t = 1; t <= reach; ++t) {
      const auto pair = hn::Add(hn::LoadU(d, *(middle - t) + i), hn::LoadU(d, middle[t] + i));
      sum = hn::MulAdd(hn::Set(d, weights[t]), pair, sum);
    }
    hn::StoreU(sum, d, out + i);
  }
  for (; i < count; ++i) {
    float sum = weights[0] * middle[0][i];
    for (std::size_t t = 1; t <= reach; ++t)
      sum += weights[t] * ((*(middle - t))[i] + middle[t][i]);
    out[i] = sum;
  }
}

template <class D>
hn::Vec<D> tube_response(D d, const float* const* rows, std::size_t i, const HessianFactors& f,
                         float least) {
  using V = hn::Vec<D>;
  const auto at = [&](int row, int di) {
    return hn::LoadU(d, rows[row] + static_cast<std::ptrdiff_t>(i) + di);
  };
  const V centre2 = hn::Mul(hn::Set(d, 2), at(4, 0));
  const V xx = hn::Mul(hn::Set(d, f.xx), hn::Sub(hn::Add(at(4, -1), at(4, 1)), centre2));
  const V yy = hn::Mul(hn::Set(d, f.yy), hn::Sub(hn::Add(at(3, 0), at(5, 0)), centre2));
  const V zz = hn::Mul(hn::Set(d, f.zz), hn::Sub(hn::Add(at(1, 0), at(7, 0)), centre2));
  const V trace = hn::Add(xx, hn::Add(yy, zz));
  // b - |a| is at most half the trace (when a = 0 and c = b), and mostly the trace is small.
  const V bound = hn::Set(d, 2 * least);
  const auto worth = hn::Ge(trace, bound);
  if (hn::AllFalse(d, worth)) return hn::Zero(d);
  const V xy = hn::Mul(hn::Set(d, f.xy),
                       hn::Sub(hn::Add(at(5, 1), at(3, -1)), hn::Add(at(5, -1), at(3, 1))));
  const V xz = hn::Mul(hn::Set(d, f.xz),
                       hn::Sub(hn::Add(at(7, 1), at(1, -1)), hn::Add(at(7, -1), at(1, 1))));
  const V yz =
      hn::Mul(hn::Set(d, f.yz), hn::Sub(hn::Add(at(8, 0), at(0, 0)), hn::Add(at(6, 0), at(2, 0))));
  const V q = hn::Mul(trace, hn::Set(d, 1.0F / 3));
  const V a = hn::Sub(xx, q), b = hn::Sub(yy, q), c = hn::Sub(zz, q);
  const V off = hn::MulAdd(xy, xy, hn::MulAdd(xz, xz, hn::Mul(yz, yz)));
  const V diagonal = hn::MulAdd(a, a, hn::MulAdd(b, b, hn::Mul(c, c)));
  const V p2 = hn::Mul(hn::MulAdd(hn::Set(d, 2), off, diagonal), hn::Set(d, 1.0F / 6));
  const V p = hn::Sqrt(hn::Max(p2, hn::Set(d, 1e-20F)));
  // Half the determinant of (H - q) / p.
  const V minor_a = hn::NegMulAdd(yz, yz, hn::Mul(b, c));
  const V minor_b = hn::NegMulAdd(yz, xz, hn::Mul(xy, c));
  const V minor_c = hn::NegMulAdd(b, xz, hn::Mul(xy, yz));
  const V determinant = hn::MulAdd(a, minor_a, hn::NegMulAdd(xy, minor_b, hn::Mul(xz, minor_c)));
  const V one = hn::Set(d, 1);
  const V r = hn::Min(one, hn::Max(hn::Neg(one), hn::Div(hn::Mul(hn::Set(d, 0.5F), determinant),
                                                         hn::Mul(p, hn::Mul(p, p)))));
  const V angle = hn::Mul(hn::Acos(d, r), hn::Set(d, 1.0F / 3));  // In [0, pi / 3].
  const V cosine = hn::Cos(d, angle);
  const V sine = hn::Sqrt(hn::Max(hn::Zero(d), hn::NegMulAdd(cosine, cosine, one)));
  const V largest = hn::MulAdd(hn::Mul(hn::Set(d, 2), p), cosine, q);
  // cos(angle + 2 pi / 3).
  const V turned = hn::MulAdd(hn::Set(d, -0.8660254F), sine, hn::Mul(hn::Set(d, -0.5F), cosine));
  const V smallest = hn::MulAdd(hn::Mul(hn::Set(d, 2), p), turned, q);
  const V middle = hn::Sub(hn::Sub(trace, largest), smallest);
  const V response = hn::Sub(middle, hn::Abs(smallest));
  return hn::IfThenElseZero(hn::And(worth, hn::Ge(response, hn::Set(d, least))), response);
}

void tube_row(const float* const* rows, const HessianFactors& factors, float least, float* out,
              std::size_t count) {
  const hn::ScalableTag<float> wide;
  const std::size_t lanes = hn::Lanes(wide);
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes)
    hn::StoreU(tube_response(wide, rows, i, factors, least), wide, out + i);
  const hn::CappedTag<float, 1> one;
  for (; i < count; ++i) hn::StoreU(tube_response(one, rows, i, factors, least), one, out + i);
}

}  // namespace HWY_NAMESPACE
}  // namespace imaging
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace imaging {

HWY_EXPORT(weighted_rows);
HWY_EXPORT(tube_row);

void weighted_rows(std::span<const float* const> rows, std::span<const float> weights, float* out,
                   std::size_t count) {
  HWY_DYNAMIC_DISPATCH(weighted_rows)(rows.data(), weights.data(), weights.size() - 1, out, count);
}

void tube_row(std::span<const float* const, 9> rows, const HessianFactors& factors, float least,
              float* out, std::size_t count) {
  HWY_DYNAMIC_DISPATCH(tube_row)(rows.data(), factors, least, out, count);
}

}  // namespace imaging
#endif
