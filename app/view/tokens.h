// The colours of the pictures: the dark tokens of the window, in one place.
#pragma once

#include "imaging/core/image.h"
#include "imaging/core/vessel_tree.h"

namespace app::view {

using imaging::Rgb;

namespace token {
inline constexpr Rgb ground{0x0B, 0x0E, 0x11};
inline constexpr Rgb panel{0x14, 0x19, 0x1F};
inline constexpr Rgb line{0x2B, 0x34, 0x3F};
inline constexpr Rgb text{0xE8, 0xEC, 0xF1};
inline constexpr Rgb muted{0x9B, 0xA7, 0xB4};
inline constexpr Rgb disabled{0x5C, 0x68, 0x74};
inline constexpr Rgb accent{0x35, 0xB8, 0xA6};
inline constexpr Rgb artery{0xE5, 0x53, 0x4B};
inline constexpr Rgb vein{0x4A, 0x90, 0xE2};
inline constexpr Rgb unsure{0xC9, 0xA2, 0x27};
inline constexpr Rgb device{0xD8, 0xDE, 0xE6};
inline constexpr Rgb needle{0xF2, 0xC1, 0x4E};
inline constexpr Rgb coil{0xB4, 0x8E, 0xF0};
inline constexpr Rgb calcium{0xF3, 0xEC, 0xDC};
inline constexpr Rgb good{0x3F, 0xB2, 0x7F};
inline constexpr Rgb warn{0xF0, 0xA3, 0x3A};
inline constexpr Rgb bad{0xFF, 0x5D, 0x73};
}  // namespace token

inline Rgb colour_of(imaging::VesselKind kind) {
  switch (kind) {
    case imaging::VesselKind::Artery:
      return token::artery;
    case imaging::VesselKind::Vein:
      return token::vein;
    case imaging::VesselKind::Unsure:
      break;
  }
  return token::unsure;
}

// a at t = 0, b at t = 1; t is clamped.
inline Rgb mix(Rgb a, Rgb b, double t) {
  t = t < 0 ? 0 : t > 1 ? 1 : t;
  const auto channel = [t](unsigned char p, unsigned char q) {
    return static_cast<unsigned char>(p + (q - p) * t + 0.5);
  };
  return {channel(a.r, b.r), channel(a.g, b.g), channel(a.b, b.b)};
}

}  // namespace app::view
