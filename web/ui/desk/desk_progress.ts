// Follows a long work without loading its page again: asks for the JSON of
// data-progress until it says that the work has ended.
interface Progress {
  step?: string;
  done?: number;
  total?: number;
  ended?: boolean;
}

const pause = 1500; // ms between two questions

for (const box of document.querySelectorAll<HTMLElement>("[data-progress]")) {
  const step = box.querySelector<HTMLElement>("[data-step]");
  const bar = box.querySelector("progress");
  const ask = async (): Promise<void> => {
    try {
      const answer = await fetch(box.dataset.progress ?? "", { headers: { Accept: "application/json" } });
      if (!answer.ok) return location.reload(); // the page says what is wrong
      const now = (await answer.json()) as Progress;
      if (now.ended !== false) return location.reload(); // nothing is awaited here any more
      if (step && now.step && step.textContent !== now.step) step.textContent = now.step;
      if (bar && now.total) {
        bar.max = now.total;
        bar.value = now.done ?? 0;
      }
    } catch {
      // the network is away: ask again
    }
    setTimeout(() => void ask(), pause);
  };
  setTimeout(() => void ask(), pause);
}

// What is wrong in a form is read first.
document.querySelector<HTMLElement>("[data-faults]")?.focus();
