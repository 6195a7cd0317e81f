//VTK::Light::Impl
  // What lies farther away sinks into the background, so that crossing vessels read as near and far.
  float sunk = clamp((-vertexVC.z - fade_from_mm) / max(fade_over_mm, 1e-3), 0.0, 1.0);
  fragOutput0.rgb = mix(fragOutput0.rgb, ground_colour, 0.7 * sunk);
