// Says plainly what this browser lacks for the course, before anything large is fetched. `?anyway` goes on all the same.
(async function () {
  const asked = new URLSearchParams(location.search);
  if (asked.has("anyway")) return;

  async function storage() {
    try {
      await new Promise((yes, no) => {
        const open = indexedDB.open("course-fits");
        open.onsuccess = () => { open.result.close(); indexedDB.deleteDatabase("course-fits"); yes(); };
        open.onerror = open.onblocked = () => no(open.error);
        setTimeout(no, 5000);
      });
      return true;
    } catch { return false; }
  }

  const young = typeof WebAssembly === "object" && typeof structuredClone === "function" && "at" in Array.prototype;
  const trouble = !young
    ? "This browser is too old for the course. It runs in Chrome, Edge, Firefox and Safari of 2022 or later."
    : location.protocol === "file:"
    ? "This page was opened as a file. It needs a server: python course.py lite --serve shows it on your own machine."
    : !("serviceWorker" in navigator) || !(await storage())
    ? "This window may not keep anything (a private window, or storage is switched off). The course keeps your work in " +
      "the browser itself: open it in an ordinary window."
    : navigator.deviceMemory < 2
    ? "This device is short of memory: the course needs about 1 GB for itself. Close other pages, or use another device."
    : "";
  if (!trouble) return;
  const on = new URL(location.href);
  on.searchParams.set("anyway", "");
  const box = document.createElement("div");
  box.id = "fits";
  box.setAttribute("role", "alert");
  box.style.cssText = "position:fixed;inset:0;z-index:99999;background:#fff;color:#111;font:18px/1.5 sans-serif;padding:12vh 8vw";
  const title = document.createElement("h1"), words = document.createElement("p"), go = document.createElement("a");
  title.textContent = "Are embeddings all you need?";
  words.textContent = trouble;
  go.textContent = "Go on all the same";
  go.href = on.href;
  box.append(title, words, go);
  document.body ? document.body.append(box) : addEventListener("DOMContentLoaded", () => document.body.append(box));
})();
