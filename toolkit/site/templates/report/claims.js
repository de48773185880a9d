(() => {
  const filters = document.querySelector(".filters"), field = document.getElementById("words"), said = filters.querySelector("output");
  let claims;
  filters.addEventListener("input", () => {
    const topics = document.querySelector(".topics");
    claims ??= [...topics.querySelectorAll(".claim")].map((box) => ({
      box, topic: box.parentElement, text: `${box.parentElement.firstElementChild.textContent} ${box.textContent}`.toLowerCase(),
    }));
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
    for (const topic of topics.children) topic.classList.toggle("out", !left.has(topic));
    topics.classList.toggle("empty", !kept);
    said.textContent = words.length ? `${kept} of ${claims.length} claims` : "";
  });
  document.getElementById("find").hidden = false;
})();
