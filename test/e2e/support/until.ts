/** Waiting for what must come true, however slow the machine is. */

/** Resolves once the condition holds; fails saying `what` did not happen. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  withinMs = 60_000,
): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`it did not happen within ${withinMs} ms that ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
