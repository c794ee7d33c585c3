/// A task that is not begun again while it runs: asked for meanwhile, however often, it runs once more afterwards. It must not throw.
export function oneAtATime(task, signal) {
  let runs = false, isWanted = false;
  return async () => {
    isWanted = true;
    if (runs) return;
    runs = true;
    while (isWanted && !signal?.aborted) {
      isWanted = false;
      await task();
    }
    runs = false;
  };
}
