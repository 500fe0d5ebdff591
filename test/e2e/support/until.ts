/** Waiting for what must come true, however slow the machine is. */

/** Programs of this test file that can tell what they saw, should something not come true. */
const witnesses = new Set<() => string>();
const longestWord = 4_000;

/** What `word` tells is part of the message when a wait of this file fails. */
export function witness(word: () => string): void {
  witnesses.add(word);
}

/** Resolves once the condition holds; fails saying `what` did not happen, and what the programs said at last. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  withinMs = 60_000,
): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await condition())) {
    if (Date.now() > deadline) {
      const words = [...witnesses].map((word) => word().slice(-longestWord)).join("\n---\n");
      throw new Error(
        `it did not happen within ${withinMs} ms that ${what}; the programs said at last:\n${words}`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
