  // Two families of wires wind about the tube in opposite ways; between them lies the cover. Of the
  // cover only every second point is drawn, so that the vessel is seen through it.
  float turns = latticeVSOutput.x / lattice_pitch_mm;
  vec2 strand = lattice_strands * vec2(latticeVSOutput.y + turns, latticeVSOutput.y - turns);
  vec2 off = abs(fract(strand + 0.5) - 0.5);
  vec2 soft = max(fwidth(strand), vec2(1e-4));
  // At the seam and seen from afar the pattern is finer than a pixel: then it is its own mean.
  vec2 wires = 1.0 - smoothstep(vec2(lattice_wire), vec2(lattice_wire) + soft, off);
  float wire = max(max(wires.x, wires.y), step(0.5, latticeVSOutput.z));
  if (wire < 0.35 && mod(floor(gl_FragCoord.x) + floor(gl_FragCoord.y), 2.0) < 1.0) discard;
  fragOutput0.rgb *= mix(0.5, 1.0, wire);
