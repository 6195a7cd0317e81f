#include "imaging/vessel/section_kernel.h"

// This file is compiled once for each instruction set; Highway picks one when the program runs. The
// order of these headers is Highway's.
// clang-format off
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "imaging/vessel/section_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace imaging {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

template <class D>
hn::Vec<D> greys_at(D d, const GreyVoxels& voxels, const VoxelLine& line, hn::Vec<D> n) {
  using V = hn::Vec<D>;
  const hn::RebindToSigned<D> whole;
  using I = hn::Vec<decltype(whole)>;
  const V x = hn::MulAdd(n, hn::Set(d, line.dx), hn::Set(d, line.x));
  const V y = hn::MulAdd(n, hn::Set(d, line.dy), hn::Set(d, line.y));
  const V z = hn::MulAdd(n, hn::Set(d, line.dz), hn::Set(d, line.z));
  const I i = hn::ConvertTo(whole, x), j = hn::ConvertTo(whole, y), k = hn::ConvertTo(whole, z);
  const V tx = hn::Sub(x, hn::ConvertTo(d, i)), ty = hn::Sub(y, hn::ConvertTo(d, j)),
          tz = hn::Sub(z, hn::ConvertTo(d, k));
  const I row = hn::Set(whole, voxels.row), sheet = hn::Set(whole, voxels.sheet);
  const I at = hn::Add(hn::Add(i, hn::Mul(j, row)), hn::Mul(k, sheet));
  const auto* const base = reinterpret_cast<const std::int32_t*>(voxels.first);
  const I byte = hn::Set(whole, 0xFF);
  // Four bytes from each place on: the first two are the neighbours along x.
  const auto along_x = [&](I place) {
    const I four = hn::GatherOffset(whole, base, place);
    const V a = hn::ConvertTo(d, hn::And(four, byte));
    const V b = hn::ConvertTo(d, hn::And(hn::ShiftRight<8>(four), byte));
    return hn::MulAdd(tx, hn::Sub(b, a), a);
  };
  const auto along_y = [&](I place) {
    const V near = along_x(place);
    return hn::MulAdd(ty, hn::Sub(along_x(hn::Add(place, row)), near), near);
  };
  const V near = along_y(at);
  return hn::MulAdd(tz, hn::Sub(along_y(hn::Add(at, sheet)), near), near);
}

void add_greys_along(const GreyVoxels& voxels, const VoxelLine& line, float weight, float* out,
                     std::size_t count) {
  const auto add = [&](auto d, std::size_t n) {
    const auto grey = greys_at(d, voxels, line, hn::Iota(d, static_cast<float>(n)));
    hn::StoreU(hn::MulAdd(hn::Set(d, weight), grey, hn::LoadU(d, out + n)), d, out + n);
  };
  const hn::ScalableTag<float> wide;
  const std::size_t lanes = hn::Lanes(wide);
  std::size_t n = 0;
  for (; n + lanes <= count; n += lanes) add(wide, n);
  const hn::CappedTag<float, 4> narrow;
  const std::size_t few = hn::Lanes(narrow);
  for (; n + few <= count; n += few) add(narrow, n);
  const hn::CappedTag<float, 1> one;
  for (; n < count; ++n) add(one, n);
}

}  // namespace HWY_NAMESPACE
}  // namespace imaging
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace imaging {

HWY_EXPORT(add_greys_along);

void add_greys_along(const GreyVoxels& voxels, const VoxelLine& line, float weight, float* out,
                     std::size_t count) {
  HWY_DYNAMIC_DISPATCH(add_greys_along)(voxels, line, weight, out, count);
}

}  // namespace imaging
#endif
