// Draws the page's charts when they come into view, and lets the keyboard zoom. Asks nobody for anything.
(() => {
  "use strict";
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const figures = read("figures");
  const theme = read("theme");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const PRINT_WIDTH = 660;
  const DAY = 86400000;
  let printing = false;

  const plotly = () => {
    if (!window.Plotly) {
      // Five megabytes that the answers need not wait for.
      const script = document.createElement("script");
      script.textContent = document.getElementById("plotly").textContent;
      document.head.append(script);
    }
    return window.Plotly;
  };

  const ink = (name) => {
    if (name === "@clear") return "rgba(0,0,0,0)";
    const [, key, alpha] = name.match(/^@(.*?)(?:\/(0\.\d+))?$/s);
    const hex = theme[dark.matches && !printing ? "dark" : "light"][key];
    if (!hex || !alpha) return hex || "#888888";
    const [r, g, b] = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
    return `rgba(${r},${g},${b},${alpha})`;
  };

  const clock = ({ from, step, n, shifts, index }) => {
    const times = new Array(n);
    for (let i = 0, s = 0; i < n; i++) {
      while (s + 1 < shifts.length && shifts[s + 1][0] <= i) s++;
      times[i] = from + i * step + shifts[s][1];
    }
    return index ? index.map((at) => (at === null ? null : times[at])) : times;
  };

  const filled = (value, key = "") => {
    if (Array.isArray(value)) return value.map((each) => (typeof each === "object" && each ? filled(each) : each));
    if (value && typeof value === "object") {
      if (value.shifts) return clock(value);
      return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, filled(each, name)]));
    }
    return typeof value === "string" && value[0] === "@" && /color$/i.test(key) ? ink(value) : value;
  };

  const shown = (plot) => plot.offsetParent !== null;

  const draw = (plot) => {
    if (!shown(plot)) return;
    const { data, layout } = filled(figures[plot.id]);
    const range = plot.layout && plot.layout.xaxis.range;
    if (range && zooms(plot)) layout.xaxis.range = range.slice();
    layout.width = printing ? PRINT_WIDTH : plot.clientWidth;
    if (layout.width < 560) {
      layout.font.size = 11;
      layout.margin.l = 40;
    }
    plotly().react(plot, data, layout, { displayModeBar: false, responsive: false, showTips: false });
    if (!plot.classList.contains("drawn")) {
      plot.classList.add("drawn");
      plot.on("plotly_relayout", () => {
        detail(plot);
        where(plot);
      });
    }
    detail(plot);
    where(plot);
  };
  // Far away days are drawn, near by the counts themselves, and close by the outages across them.
  const detail = (plot) => {
    if (!zooms(plot)) return;
    const days = (range(plot)[1] - range(plot)[0]) / DAY;
    const wanted = { far: days > 60, near: days <= 60, close: days <= 29 };
    for (const show of [true, false]) {
      const those = plot.data.flatMap((trace, i) =>
        trace.meta in wanted && wanted[trace.meta] === show && (trace.visible !== false) !== show ? [i] : [],
      );
      if (those.length) plotly().restyle(plot, { visible: show }, those);
    }
  };
  const redraw = () => document.querySelectorAll(".plot.drawn").forEach(draw);

  // Zoom: ranges are milliseconds of the local wall clock.
  const zooms = (plot) => document.querySelector(`.zoom[data-for="${plot.id}"]`);
  const whole = (plot) => figures[plot.id].layout.xaxis.range;
  const ms = (value) => (typeof value === "number" ? value : Date.parse(value.replace(" ", "T") + (value.length > 10 ? "Z" : "")));
  const range = (plot) => plot.layout.xaxis.range.map(ms);
  const go = (plot, from, to) => {
    if (!plot.classList.contains("drawn")) draw(plot);
    const [first, last] = whole(plot);
    const length = Math.min(Math.max(to - from, DAY / 24), last - first);
    const start = Math.min(Math.max(from, first), last - length);
    plotly().relayout(plot, { "xaxis.range": [start, start + length] });
  };
  const scale = (plot, by) => {
    const [from, to] = range(plot);
    go(plot, (from + to) / 2 - ((to - from) * by) / 2, (from + to) / 2 + ((to - from) * by) / 2);
  };
  const move = (plot, by) => {
    const [from, to] = range(plot);
    go(plot, from + ((to - from) * by) / 2, to + ((to - from) * by) / 2);
  };
  const last = (plot, days) => {
    const [first, end] = whole(plot);
    // The latest stretch, or the one around what is looked at now.
    const [from, to] = range(plot);
    if (!days) return go(plot, first, end);
    const middle = to >= end ? end : (from + to) / 2 + (days * DAY) / 2;
    return go(plot, middle - days * DAY, middle);
  };
  const where = (plot) => {
    const bar = zooms(plot);
    if (!bar) return;
    const text = (at) => new Date(at).toISOString().slice(0, 16).replace("T", " ");
    bar.querySelector(".where").textContent = range(plot).map(text).join(" to ");
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const bar = button.closest(".zoom");
    if (bar) {
      const plot = document.getElementById(bar.dataset.for);
      draw(plot);
      if (button.dataset.days) last(plot, Number(button.dataset.days));
      if (button.dataset.move) move(plot, Number(button.dataset.move));
      if (button.dataset.scale) scale(plot, Number(button.dataset.scale));
    } else if (button.dataset.at) {
      const plot = button.closest("section").querySelector(".plot[tabindex]");
      if (!plot) return;
      const at = Number(button.dataset.at);
      go(plot, at - DAY / 4, at + DAY / 4);
      plot.scrollIntoView({ block: "center" });
      plot.focus({ preventScroll: true });
    }
  });
  const KEYS = {
    ArrowLeft: (plot) => move(plot, -0.5),
    ArrowRight: (plot) => move(plot, 0.5),
    "+": (plot) => scale(plot, 0.5),
    "=": (plot) => scale(plot, 0.5),
    "-": (plot) => scale(plot, 2),
    0: (plot) => last(plot, 0),
  };
  document.addEventListener("keydown", (event) => {
    const plot = event.target;
    if (!plot.matches || !plot.matches(".plot[tabindex]") || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!KEYS[event.key]) return;
    event.preventDefault();
    draw(plot);
    KEYS[event.key](plot);
  });

  const seen = new IntersectionObserver(
    (entries) =>
      entries.filter((entry) => entry.isIntersecting).forEach((entry) => {
        seen.unobserve(entry.target);
        draw(entry.target);
      }),
    { rootMargin: "200px" },
  );
  document.querySelectorAll(".plot").forEach((plot) => seen.observe(plot));
  // Made ready while the answers are read.
  addEventListener("load", () => (window.requestIdleCallback || setTimeout)(() => plotly()));
  dark.addEventListener("change", redraw);
  let wait;
  addEventListener("resize", () => {
    clearTimeout(wait);
    wait = setTimeout(() => printing || redraw(), 150);
  });

  // A chart in a part that was closed while the window changed is as wide as it was then.
  document.addEventListener("toggle", (event) => printing || event.target.querySelectorAll(".plot.drawn").forEach(draw), true);

  // Print: all is opened and drawn, as SVG, on white; afterwards it is as it was.
  let opened = [];
  addEventListener("beforeprint", () => {
    printing = true;
    opened = [...document.querySelectorAll("details.part:not([open])")];
    opened.forEach((each) => (each.open = true));
    document.querySelectorAll(".plot").forEach(draw);
  });
  addEventListener("afterprint", () => {
    printing = false;
    opened.forEach((each) => (each.open = false));
    redraw();
  });
})();
