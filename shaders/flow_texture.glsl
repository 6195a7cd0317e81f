  // Bands that move with the blood at its own speed, slowed: far apart where it is fast. Where the
  // predicted contrast is, the wall turns white.
  float transit_s = latticeVSOutput.x;
  float phase = fract((transit_s - flow_slowed_s) / flow_period_s);
  float band = smoothstep(0.0, 0.25, phase) * (1.0 - smoothstep(0.45, 0.7, phase));
  fragOutput0.rgb *= mix(0.62, 1.12, band);
  float dense = clamp(iodine(flow_knots, flow_time_s, max(transit_s, 1e-4)) / flow_dense, 0.0, 1.0);
  fragOutput0.rgb = mix(fragOutput0.rgb, vec3(0.93, 0.95, 0.98), 0.75 * dense);
