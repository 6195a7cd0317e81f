#version 150
// The mask of an angiogram where the limb lies in another frame: moved(x) = mask(x - d(x)), with d a
// smooth field on nodes plus one shift of the whole. The same steps as imaging::moved.
uniform sampler2D mask;
uniform sampler2D field;   // d at the nodes (columns, rows), px.
uniform float spacing_px;  // Between nodes; the first stands half of it inside the image.
uniform vec2 shift_px;
out vec4 moved;

float at(ivec2 pixel) { return texelFetch(mask, pixel, 0).r; }

vec2 displacement(vec2 pixel) {
  ivec2 last = textureSize(field, 0) - 1;
  vec2 place = clamp((pixel + 0.5) / spacing_px - 0.5, vec2(0.0), vec2(last));
  ivec2 lower = ivec2(place), upper = min(lower + 1, last);
  vec2 share = place - vec2(lower);
  vec2 above = mix(texelFetch(field, lower, 0).rg, texelFetch(field, ivec2(upper.x, lower.y), 0).rg, share.x);
  vec2 below = mix(texelFetch(field, ivec2(lower.x, upper.y), 0).rg, texelFetch(field, upper, 0).rg, share.x);
  return mix(above, below, share.y) + shift_px;
}

// Keys, IEEE Trans. ASSP 29, 1981: weights of the four neighbours at share f.
vec4 keys_weights(float f) {
  float g = 1.0 - f;
  return vec4(-0.5 * f * g * g, 1.0 - f * f * (2.5 - 1.5 * f), 1.0 - g * g * (2.5 - 1.5 * g), -0.5 * g * f * f);
}

void main() {
  ivec2 size = textureSize(mask, 0);
  vec2 pixel = floor(gl_FragCoord.xy);
  vec2 place = clamp(pixel - displacement(pixel), vec2(0.0), vec2(size - 1));
  ivec2 first = ivec2(place);
  vec2 share = place - vec2(first);
  float value = 0.0;
  if (any(lessThan(first, ivec2(1))) || any(greaterThanEqual(first + 2, size))) {
    ivec2 next = min(first + 1, size - 1);
    float upper = mix(at(first), at(ivec2(next.x, first.y)), share.x);
    float lower = mix(at(ivec2(first.x, next.y)), at(next), share.x);
    value = mix(upper, lower, share.y);
  } else {
    vec4 across = keys_weights(share.x), down = keys_weights(share.y);
    for (int j = 0; j < 4; ++j) {
      int row = first.y - 1 + j;
      value += down[j] * dot(across, vec4(at(ivec2(first.x - 1, row)), at(ivec2(first.x, row)),
                                          at(ivec2(first.x + 1, row)), at(ivec2(first.x + 2, row))));
    }
  }
  moved = vec4(value, 0.0, 0.0, 1.0);
}
