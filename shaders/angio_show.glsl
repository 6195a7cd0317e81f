#version 150
// An X-ray image on the screen: the moved mask taken away, windowed, coloured, magnified. Each image
// pixel gets its colour first; colours are then mixed between the four that surround a screen pixel.
uniform sampler2D live, live_next, mask, mask_next;
uniform sampler2D palette;   // 256 x 1.
uniform bool subtracts;
uniform float share_next;    // Of live_next, while a run plays between two frames.
uniform float none, full;    // Window: the values that get the first and the last place of `shades`.
uniform vec2 shades;         // Places on the palette, 0 to 1.
uniform float absent_below;  // Values below show what lies underneath.
uniform vec2 first_pixel;    // The image's place under the screen's first pixel, px.
uniform float pixels_per_px;
uniform ivec4 inside;        // First column and row of the screen that show the image, and last ones.
out vec4 shown;

float value_at(sampler2D frame, sampler2D without, ivec2 pixel) {
  float value = texelFetch(frame, pixel, 0).r;
  return subtracts ? value - texelFetch(without, pixel, 0).r : value;
}

// Colour times opacity, and opacity.
vec4 colour_at(ivec2 pixel) {
  float value = value_at(live, mask, pixel);
  if (share_next > 0.0) value += share_next * (value_at(live_next, mask_next, pixel) - value);
  if (value < absent_below) return vec4(0.0);
  float along = mix(shades.x, shades.y, (value - none) / (full - none));
  float place = 255.0 * clamp(along, 0.0, 1.0);
  int lower = int(place);
  vec3 colour = mix(texelFetch(palette, ivec2(lower, 0), 0).rgb,
                    texelFetch(palette, ivec2(min(lower + 1, 255), 0), 0).rgb, place - float(lower));
  return vec4(colour, 1.0);
}

void main() {
  ivec2 screen = ivec2(gl_FragCoord.xy);
  if (any(lessThan(screen, inside.xy)) || any(greaterThan(screen, inside.zw))) {
    shown = vec4(0.0);
    return;
  }
  ivec2 last = textureSize(live, 0) - 1;
  vec2 place = clamp(first_pixel + vec2(screen) * pixels_per_px, vec2(0.0), vec2(last));
  ivec2 near = ivec2(place), far = min(near + 1, last);
  vec2 share = place - vec2(near);
  vec4 upper = mix(colour_at(near), colour_at(ivec2(far.x, near.y)), share.x);
  vec4 lower = mix(colour_at(ivec2(near.x, far.y)), colour_at(far), share.x);
  vec4 mixed = mix(upper, lower, share.y);
  if (mixed.a < 0.5)
    shown = vec4(0.0);
  else
    shown = vec4(floor(255.0 * mixed.rgb / mixed.a + 0.5) / 255.0, 1.0);
}
