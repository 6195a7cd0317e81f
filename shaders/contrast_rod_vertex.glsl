// A rectangle of the image around one rod of contrast; what the fragments need to know of the rod.
in vec2 corner_px;  // Columns and rows, 0 at the centre of the first pixel.
in vec4 rod_from;   // x, y, z, mm from the source, and the radius.
in vec4 rod_to;     // x, y, z, and nothing.
in vec2 rod_tau;    // Mean transit at both ends, s.
uniform vec2 image_px;
flat out vec4 from_radius;
flat out vec3 to;
flat out vec2 tau;
void main() {
  from_radius = rod_from;
  to = rod_to.xyz;
  tau = rod_tau;
  gl_Position = vec4(2.0 * (corner_px + 0.5) / image_px - 1.0, 0.0, 1.0);
}
