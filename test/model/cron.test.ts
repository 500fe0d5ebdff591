import { validate } from "node-cron";
import { describe, expect, it } from "vitest";
import { cronMistake } from "../../src/model/cron.ts";

const good = [
  "* * * * *",
  "*/5 * * * *",
  "0 3 * * *",
  "0 3 * * mon-fri",
  "30 */10 * * * *",
  "0 0 29 2 *",
  "0 0 1,15 jan,jul *",
  "0 0 L * *",
  "0 0 L-3 * *",
  "0 0 LW * *",
  "0 0 15W * *",
  "0 0 * * 5L",
  "0 0 * * 2#3",
  "0 22-2 * * *",
  "0 0 ? * MON-FRI",
  "0 0 * * 7",
  "0 0 * january sunday",
  "*/70 * * * *",
  "@daily",
  "@hourly",
];

const bad: readonly (readonly [string, string])[] = [
  ["", "has 0 fields"],
  ["* * * *", "has 4 fields"],
  ["* * * * * * *", "has 7 fields"],
  ["61 * * * *", '"61" as minute; it goes from 0 to 59'],
  ["0 25 * * *", '"25" as hour; it goes from 0 to 23'],
  ["0 0 32 * *", '"32" as day of month'],
  ["0 0 * 13 *", '"13" as month; it goes from 1 to 12, or jan to dec'],
  ["0 0 * * 8", '"8" as day of week'],
  ["0 0 * * mox", '"mox" as day of week'],
  ["0,, * * * *", "nothing as minute"],
  ["*/0 * * * *", "a step is a number from 1 on"],
  ["*/a * * * *", "a step is a number from 1 on"],
  ["1-2-3 * * * *", "not a range"],
  ["a b c d e", '"a" as minute'],
  ["@sometimes", "is not one of @yearly"],
  ["30 2 30 2 *", "never fires"],
  ["0 0 31 4,6,9,11 *", "never fires"],
  ["0 0 L-30 2 *", "never fires"],
  ["0 0 8 * 1#1", "never fires"],
];

describe("cronMistake", () => {
  it.each(good)("accepts %s, as node-cron does", (expression) => {
    expect(cronMistake(expression)).toBeUndefined();
    expect(validate(expression)).toBe(true);
  });

  it.each(bad)("refuses %s and says that it %s", (expression, words) => {
    expect(cronMistake(expression)).toContain(words);
  });

  it("accepts nothing that node-cron refuses", () => {
    const pieces = ["*", "0", "5", "1-3", "*/2", "59", "60", "7", "31", "12", "mon", "L", "2#2", "x", "?"];
    let seed = 7;
    const next = (): string => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return pieces[seed % pieces.length] ?? "*";
    };
    for (let round = 0; round < 3000; round++) {
      const expression = [next(), next(), next(), next(), next()].join(" ");
      if (cronMistake(expression) === undefined) expect(validate(expression), expression).toBe(true);
    }
  });
});
