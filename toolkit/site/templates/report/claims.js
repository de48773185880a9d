(() => {
  const filters = document.querySelector(".filters"), field = document.getElementById("words"), said = filters.querySelector("output");
  let claims;
  filters.addEventListener("input", () => {
    const topics = [...document.querySelectorAll(".topic")];
    claims ??= topics.flatMap((topic) => [...topic.querySelectorAll(".claim")].map((box) => ({
      box, topic, text: `${topic.querySelector("h2")?.textContent ?? ""} ${box.textContent}`.toLowerCase(),
    })));
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    const chosen = [...filters.querySelectorAll(":checked")].map((one) => one.id.slice(5)).filter(Boolean);
    const left = new Set();
    let kept = 0;
    for (const { box, topic, text } of claims) {
      const out = words.some((word) => !text.includes(word));
      box.classList.toggle("out", out);
      if (!out && chosen.every((name) => box.classList.contains(name))) {
        left.add(topic);
        kept += 1;
      }
    }
    for (const topic of topics) if (topic.matches("details")) {
      topic.classList.toggle("out", !left.has(topic));
      topic.open = words.length && left.has(topic);
    }
    document.querySelector("main").classList.toggle("empty", !kept);
    said.textContent = words.length ? `${kept} of ${claims.length} claims` : "";
  });
  document.getElementById("find").hidden = false;
})();
