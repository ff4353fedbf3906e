// The town as a picture. The page draws it before the app is there, and the play draws it month by month.
window.cmTown = (() => {
const COLOURS = { large: "#7A848E", sme: "#E69F00", vcs: "#009E73", "in-house": "#CC79A7", "project company": "#56B4E9" };
const ROUND = r => `M${r} 0A${r} ${r} 0 1 1 ${-r} 0A${r} ${r} 0 1 1 ${r} 0Z`;
const PATHS = {
  sme: r => `M${-0.9 * r} ${-0.9 * r}H${0.9 * r}V${0.9 * r}H${-0.9 * r}Z`,
  vcs: r => `M0 ${-1.2 * r}L${1.1 * r} ${0.8 * r}H${-1.1 * r}Z`,
  "in-house": r => `M0 ${-1.2 * r}L${1.2 * r} 0L0 ${1.2 * r}L${-1.2 * r} 0Z`,
  "project company": r => `M${-0.4 * r} ${-1.1 * r}H${0.4 * r}V${-0.4 * r}H${1.1 * r}V${0.4 * r}H${0.4 * r}V${1.1 * r}H${-0.4 * r}V${0.4 * r}H${-1.1 * r}V${-0.4 * r}H${-0.4 * r}Z`,
};
const BUYERS = ["council", "anchor"];  // full and hollow
const WARDS = [0.225, 0.275], RADII = [0.34, 0.64, 0.97];

// A clean sheet of the canvas's size. Whoever draws on many measures all `box`es first: a size that is set has the page laid out anew.
function paper(canvas, box = canvas.getBoundingClientRect()) {
  const ratio = window.devicePixelRatio || 1;
  const w = Math.max(1, Math.round(box.width * ratio)), h = Math.max(1, Math.round(box.height * ratio));
  if (canvas.width !== w || canvas.height !== h) { canvas.width = w; canvas.height = h; }
  const g = canvas.getContext("2d"); g.setTransform(ratio, 0, 0, ratio, 0, 0); g.clearRect(0, 0, box.width, box.height);
  return [g, box.width, box.height];
}

// A town at month `m`, from a film (or a still, which is a film of one month); `shown` is the institution that is pointed at, -1 if none is.
// Returns where things stand in it: x and y of an institution, the middle, the half width, or nothing if there is no room.
function town(canvas, box, f, m, shown = -1) {
  const [g, w, h] = paper(canvas, box), style = getComputedStyle(canvas), ink = style.color, ground = style.getPropertyValue("--paper");
  const half = Math.min(w, h) / 2 - 8, large = Math.max(1, half / 300);
  if (half <= 0) return;  // of a page that is not laid out or hidden just now
  const x = i => w / 2 + half * f.who[i][3], y = i => h / 2 + half * f.who[i][4], load = new Float32Array(f.who.length), turn = 2 * Math.PI;
  g.strokeStyle = ink; g.globalAlpha = 0.12; g.lineWidth = 1;
  for (const r of RADII) { g.beginPath(); g.arc(w / 2, h / 2, half * r, 0, turn); g.stroke(); }
  f.wards.forEach(([, from, to], i) => {
    const t = f.minds[m * f.wards.length + i], gap = f.wards.length > 1 ? 0.012 : 0;
    if (t !== t || to <= from) return;
    g.strokeStyle = t >= 0.5 ? "#0072B2" : "#D55E00"; g.globalAlpha = 0.35 + 0.65 * Math.min(1, Math.abs(t - 0.5) / 0.2); g.lineWidth = half * (WARDS[1] - WARDS[0]);
    g.beginPath(); g.arc(w / 2, h / 2, half * (WARDS[0] + WARDS[1]) / 2, turn * from - turn / 4 + gap, turn * to - turn / 4 - gap); g.stroke();
  });
  for (const [buyer, provider, first, count, offset] of f.links) {
    const at = m - first;
    if (at < 0 || at >= count) continue;
    const v = f.value[offset + at], t = f.trust[offset + at] / 255;
    load[provider] += v; load[buyer] += v;
    g.globalAlpha = f.who[buyer][5] ? 1 : 0.3; g.lineWidth = large * Math.max(0.5, Math.min(7, Math.sqrt(v) / 900));
    g.strokeStyle = t >= 0.5 ? "#0072B2" : "#D55E00"; g.globalAlpha *= 0.5 + Math.abs(t - 0.5);
    g.beginPath(); g.moveTo(x(buyer), y(buyer)); g.lineTo(x(provider), y(provider)); g.stroke();
  }
  const n = f.who.length;
  for (let i = 0; i < n; i++) {
    const kind = f.who[i][1], buys = BUYERS.includes(kind), r = large * Math.max(buys ? 4 : 2, Math.min(13, 2 + Math.sqrt(load[i]) / 700));
    if (!f.alive[m * n + i]) { g.globalAlpha = 1; g.strokeStyle = "#D55E00"; g.lineWidth = 2; g.beginPath(); g.moveTo(x(i) - 4, y(i) - 4); g.lineTo(x(i) + 4, y(i) + 4); g.moveTo(x(i) + 4, y(i) - 4); g.lineTo(x(i) - 4, y(i) + 4); g.stroke(); continue; }
    g.globalAlpha = load[i] > 0 || buys ? 1 : 0.45; g.fillStyle = g.strokeStyle = COLOURS[kind] || ink;
    const mark = new Path2D((PATHS[kind] || ROUND)(r));
    g.save(); g.translate(x(i), y(i));
    if (kind === "anchor") { g.fillStyle = ground; g.lineWidth = 2.5; g.fill(mark); g.stroke(mark); } else g.fill(mark);
    g.restore();
  }
  if (shown >= 0 && shown < n) { g.globalAlpha = 1; g.strokeStyle = ink; g.lineWidth = 2; g.beginPath(); g.arc(x(shown), y(shown), 16, 0, turn); g.stroke(); }
  g.globalAlpha = 1;
  return { x, y, half, middle: [w / 2, h / 2] };
}

return { COLOURS, ROUND, PATHS, BUYERS, WARDS, paper, town };
})();
