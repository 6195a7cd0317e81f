// Is this tube a vessel at all, and which kind?
#pragma once

#include <vector>

#include "imaging/vessel/branching.h"
#include "imaging/vessel/skin.h"

namespace imaging {

// Empties the samples of tracks that are not vessels: acoustic shadows and cracks between bones
// (dark, but neither anechoic nor lit from below, and without colour), and bright strands that no
// lumen goes along with, or that lie in the skin (fascia, bone, dermis), and gel before it. Cuts
// off ends that are neither open nor walled. `deep` is the direction away from the transducer,
// `colour_noise` the share of the volume that has colour: nearly all of it is no vessel.
void drop_false_tracks(std::vector<MeasuredTrack>& tracks, const Vector3<Lps>& deep,
                       const Skin& skin, double colour_noise);

// Sets `artery_probability` of every track of one volume. A leg artery has a wall that echoes 8 to
// 15 dB above the tissue (more with calcium), a vein hardly any. Where the wall leaves doubt, the
// colour decides: arteries flow away from the heart, veins towards it, so both see the beam from
// opposite sides. The beam's steering, which files do not tell, is taken from the vessels whose
// walls leave no doubt. `deep` is the direction away from the transducer.
void judge_kinds(std::vector<MeasuredTrack>& tracks, const Vector3<Lps>& deep,
                 const Vector3<Lps>& superior);

}  // namespace imaging
