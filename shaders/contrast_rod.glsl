// How much contrast one rod puts before this pixel: length of the X-ray inside the rod times the
// iodine there. Summed over all rods by blending. The same equations as app/session/contrast_run.cpp
// (the passage); iodine() is in iodine.glsl, which goes before this.
flat in vec4 from_radius;
flat in vec3 to;
flat in vec2 tau;
uniform vec2 principal_px;
uniform vec2 slope;
uniform float density;
uniform float time_s;
uniform vec2 knots[4];
out float attenuation;

void main() {
  vec2 pixel = gl_FragCoord.xy - 0.5;
  vec3 ray = normalize(vec3((pixel - principal_px) * slope, 1.0));
  vec3 span = to - from_radius.xyz;
  float rod_length = length(span);
  vec3 axis = span / rod_length;
  vec3 n = cross(ray, axis);
  float sine = max(length(n), 2e-3);
  float off = dot(from_radius.xyz, n) / sine;
  float inside = from_radius.w * from_radius.w - off * off;
  if (inside <= 0.0) discard;
  float reach = sqrt(inside) / sine;
  float cosine = dot(ray, axis);
  float middle = (cosine * dot(from_radius.xyz, ray) - dot(from_radius.xyz, axis)) / (sine * sine);
  float low = -reach, high = reach;
  if (abs(cosine) > 1e-4) {
    float a = -middle / cosine, b = (rod_length - middle) / cosine;
    low = max(low, min(a, b));
    high = min(high, max(a, b));
  } else if (middle < 0.0 || middle >= rod_length) {
    discard;
  }
  if (high <= low) discard;
  float along = clamp((middle + cosine * 0.5 * (low + high)) / rod_length, 0.0, 1.0);
  attenuation = density * (high - low) * iodine(knots, time_s, max(mix(tau.x, tau.y, along), 1e-4));
}
