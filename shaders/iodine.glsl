// Mean over the cross-section of what laminar streamlines carry at mean transit t_s: the closed form
// of planning/flow/contrast.h over the straight parts of the injection.
float iodine(vec2 knots[4], float time_s, float t_s) {
  float sum = 0.0;
  for (int k = 0; k < 3; ++k) {
    vec2 a = knots[k], b = knots[k + 1];
    float youngest = max(time_s - b.x, 0.5 * t_s), oldest = time_s - a.x;
    if (oldest <= youngest) continue;
    float m = (b.y - a.y) / (b.x - a.x);
    float alpha = a.y + m * oldest;
    sum += 0.5 * t_s * (alpha * (1.0 / youngest - 1.0 / oldest) - m * log(oldest / youngest));
  }
  return sum;
}
