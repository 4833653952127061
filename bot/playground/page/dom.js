/** Elements, made in one call: h("p", {class: "x", onclick}, "text", child). Text is always text, never markup. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name in element && ["value", "checked", "disabled", "selected"].includes(name)) element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Put children in place of what is there. */
export function fill(element, ...children) {
  element.replaceChildren(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
}

/** Draw a list by keys: what did not change keeps its element, and with it focus and what was typed. */
export function fillByKey(parent, items, keyOf, draw) {
  const before = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  const active = document.activeElement?.dataset?.focus;
  const wanted = items.map((item) => {
    const key = keyOf(item);
    const kept = before.get(key);
    if (kept) return kept;
    const fresh = draw(item);
    fresh.dataset.key = key;
    return fresh;
  });
  const same = wanted.length === parent.children.length && wanted.every((child, index) => child === parent.children[index]);
  if (same) return;
  const keep = new Set(wanted);
  for (const child of [...parent.children]) if (!keep.has(child)) child.remove();
  wanted.forEach((child, index) => {
    if (parent.children[index] !== child) parent.insertBefore(child, parent.children[index] ?? null);
  });
  if (active && document.activeElement === document.body) parent.querySelector(`[data-focus="${CSS.escape(active)}"]`)?.focus();
}
