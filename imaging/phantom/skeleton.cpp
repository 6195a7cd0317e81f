#include <array>
#include <string>

#include "imaging/phantom/grow.h"

namespace imaging::phantom {
namespace {

struct Ray {  // One metatarsal and its toe: forward, lateral, dorsal of the ankle, mm.
  std::array<double, 3> base, head, tip;
  double radius_mm;
};

constexpr Ray rays[] = {{{72, -18, -37}, {135, -24, -60}, {186, -24, -62}, 7},
                        {{72, -6, -33}, {139, -8, -60}, {184, -7, -62}, 4.6},
                        {{70, 5, -34}, {134, 6, -60}, {177, 7, -63}, 4.4},
                        {{66, 15, -38}, {126, 18, -61}, {167, 20, -64}, 4.4},
                        {{58, 25, -46}, {116, 31, -62}, {152, 33, -65}, 4.8}};

}  // namespace

void lay_skeleton(Grower& g) {
  auto& bones = g.limb.bones;
  bones.push_back(
      {"femur", {{g.leg(-22, 8, 28), 22}, {g.leg(0, -2, 60), 20}, {g.leg(0, -6, 130), 16}}, 2.5});
  bones.push_back({"lateral_condyle", {{g.leg(22, 8, 28), 21}, {g.leg(4, 0, 55), 19}}, 2});
  bones.push_back({"patella", {{g.leg(-2, -42, 34), 13}, {g.leg(2, -42, 26), 13}}, 2.5});
  bones.push_back({"tibia",
                   {{g.leg(-18, 0, -14), 20},
                    {g.leg(14, 0, -14), 20},
                    {g.leg(-6, -10, -42), 19},
                    {g.leg(-8, -16, -90), 13.5},
                    {g.leg(-9, -16, -170), 12},
                    {g.leg(-9, -11, -280), 11},
                    {g.leg(-7, -3, -345), 16},
                    {g.leg(-6, -1, -358), 18}},
                   3.5});
  bones.push_back(
      {"medial_malleolus", {{g.leg(-20, -2, -358), 9}, {g.leg(-25, -3, -381), 6.5}}, 2});
  bones.push_back({"fibula",
                   {{g.leg(33, 15, -18), 9},
                    {g.leg(35, 15, -50), 6},
                    {g.leg(34, 13, -150), 5.8},
                    {g.leg(28, 9, -280), 5.8},
                    {g.leg(25, 7, -345), 7.5},
                    {g.leg(24, 8, -386), 7}},
                   2.2});
  bones.push_back({"talus",
                   {{g.foot(-10, 0, -15), 15}, {g.foot(8, -1, -16), 15}, {g.foot(27, -6, -22), 11}},
                   1.5});
  bones.push_back(
      {"calcaneus",
       {{g.foot(-42, 2, -50), 17}, {g.foot(-12, 2, -46), 14}, {g.foot(22, 10, -42), 12}},
       1.3});
  bones.push_back({"navicular", {{g.foot(41, -13, -27), 9.5}, {g.foot(41, 2, -23), 9.5}}, 1.3});
  bones.push_back({"cuboid", {{g.foot(36, 17, -42), 11}, {g.foot(55, 20, -43), 10}}, 1.3});
  bones.push_back({"cuneiform_1", {{g.foot(54, -17, -34), 9}, {g.foot(67, -18, -36), 8.5}}, 1.3});
  bones.push_back({"cuneiform_2", {{g.foot(54, -5, -27), 7.5}, {g.foot(66, -6, -31), 7}}, 1.3});
  bones.push_back({"cuneiform_3", {{g.foot(52, 6, -29), 7.5}, {g.foot(65, 6, -33), 7}}, 1.3});

  auto& flesh = g.limb.flesh;
  flesh.push_back({"heel", {{g.foot(-36, 1, -46), 29}, {g.foot(8, 1, -40), 33}}, 0});
  flesh.push_back({"ankle", {{g.leg(0, 3, -366), 33}, {g.foot(8, 0, -34), 34}}, 0});
  flesh.push_back({"midfoot",
                   {{g.foot(8, 0, -34), 36}, {g.foot(34, 2, -36), 37}, {g.foot(70, 2, -44), 30}},
                   0});
  int number = 1;
  for (const Ray& ray : rays) {
    const auto at = [&](const std::array<double, 3>& p) { return g.foot(p[0], p[1], p[2]); };
    const auto base = at(ray.base), head = at(ray.head), tip = at(ray.tip);
    const double r = ray.radius_mm;
    const std::string of = std::to_string(number++);
    bones.push_back({std::string("metatarsal_").append(of),
                     {{base, 1.25 * r},
                      {lerp(base, head, 0.25), 0.9 * r},
                      {lerp(base, head, 0.75), 0.85 * r},
                      {head, 1.3 * r}},
                     1.6});
    bones.push_back({std::string("proximal_phalanx_").append(of),
                     {{lerp(head, tip, 0.22), 1.05 * r},
                      {lerp(head, tip, 0.4), 0.75 * r},
                      {lerp(head, tip, 0.55), 0.9 * r}},
                     1.3});
    bones.push_back({std::string("distal_phalanx_").append(of),
                     {{lerp(head, tip, 0.68), 0.9 * r}, {lerp(head, tip, 0.88), 0.55 * r}},
                     1.1});
    flesh.push_back({std::string("ray_").append(of),
                     {{g.foot(40, 0.6 * ray.base[1], -42), 28},
                      {base + g.limb.foot_dorsal * -7, 23},
                      {head + g.limb.foot_dorsal * 2, 16},
                      {lerp(head, tip, 0.45), 10.5 + 0.4 * r},
                      {lerp(head, tip, 0.92), 7 + 0.5 * r}},
                     0});
  }
  g.limb.calcaneus_border = g.foot(-24, 2, -32);
}

}  // namespace imaging::phantom
