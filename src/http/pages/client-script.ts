/**
 * The one script of the pages: fetches the page again every few seconds and replaces only the parts that changed, so
 * nothing flickers, opened details stay open, and what someone types or selects is left alone.
 */
export const clientScript = `(() => {
  "use strict";
  const main = document.querySelector("main[data-refresh]");
  const notice = document.getElementById("connection");
  if (main === null || notice === null) return;
  const everyMs = Number(main.dataset.refresh) * 1000;
  let lastAt = new Date();
  const partsOf = (root) => [...root.querySelectorAll("[data-part]")];
  const keysOf = (root) => new Set([...root.querySelectorAll("[data-key]")].map((item) => item.dataset.key));
  const shown = new Map(partsOf(main).map((part) => [part.id, part.outerHTML]));

  const isBusy = () => {
    if (document.hidden) return true;
    const active = document.activeElement;
    if (active !== null && main.contains(active) && /^(INPUT|TEXTAREA|SELECT)$/.test(active.tagName)) return true;
    const selection = document.getSelection();
    return selection !== null && !selection.isCollapsed && main.contains(selection.anchorNode);
  };

  const keepOpen = (old, next) => {
    for (const details of old.querySelectorAll("details[open][id]")) {
      const same = [...next.querySelectorAll("details")].find((other) => other.id === details.id);
      if (same !== undefined) same.open = true;
    }
  };

  const markFresh = (next, known) => {
    for (const item of next.querySelectorAll("[data-key]")) {
      if (!known.has(item.dataset.key)) item.classList.add("fresh");
    }
  };

  /** The keyboard stays where it was: on the same link, button or summary of the new part. */
  const focusAgain = (old, next) => {
    const active = document.activeElement;
    if (active === null || !old.contains(active)) return () => undefined;
    const reachable = (root) => [...root.querySelectorAll("a, button, summary")];
    const index = reachable(old).indexOf(active);
    return () => reachable(next)[index]?.focus({ preventScroll: true });
  };

  const replacePart = (old, next, html) => {
    keepOpen(old, next);
    markFresh(next, keysOf(old));
    const focus = focusAgain(old, next);
    old.replaceWith(next);
    focus();
    shown.set(next.id, html);
  };

  const show = (fetched) => {
    const nextMain = fetched.querySelector("main");
    if (nextMain === null) return location.reload();
    const nextParts = partsOf(nextMain);
    const oldParts = partsOf(main);
    const isSameShape = nextParts.length === oldParts.length && nextParts.every((part, i) => part.id === oldParts[i].id);
    if (!isSameShape) {
      keepOpen(main, nextMain);
      markFresh(nextMain, keysOf(main));
      for (const part of nextParts) shown.set(part.id, part.outerHTML);
      main.replaceChildren(...nextMain.childNodes);
    } else {
      nextParts.forEach((part, i) => {
        const html = part.outerHTML;
        if (html !== shown.get(part.id)) replacePart(oldParts[i], document.adoptNode(part), html);
      });
    }
    document.title = fetched.title;
    const icon = document.querySelector("link[rel=icon]");
    const nextIcon = fetched.querySelector("link[rel=icon]");
    if (icon && nextIcon && icon.getAttribute("href") !== nextIcon.getAttribute("href")) {
      icon.setAttribute("href", nextIcon.getAttribute("href"));
    }
  };

  const refresh = async () => {
    try {
      if (isBusy()) return;
      const response = await fetch(location.href, { headers: { accept: "text/html" }, signal: AbortSignal.timeout(10000) });
      if (response.redirected) return location.assign(response.url);
      if (!response.ok) throw new Error(String(response.status));
      const fetched = new DOMParser().parseFromString(await response.text(), "text/html");
      if (isBusy()) return;
      show(fetched);
      lastAt = new Date();
      notice.hidden = true;
    } catch {
      const text = "Driftwatch does not answer. This is what it said at " + lastAt.toLocaleTimeString() + ".";
      if (notice.hidden || notice.textContent !== text) notice.textContent = text;
      notice.hidden = false;
    } finally {
      setTimeout(refresh, everyMs);
    }
  };
  setTimeout(refresh, everyMs);
})();
`;
