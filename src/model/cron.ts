/**
 * What a cron expression means, as node-cron 4 reads it: 5 or 6 fields (seconds first), names, ranges that may wrap,
 * steps, lists, L, L-n, nW, LW, n#k, nL and nicknames; the two day fields must both match. It says in a sentence what
 * is wrong with one, and whether it ever fires. It schedules nothing.
 */

interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
}

interface Day {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  /** 0 is Sunday. */
  readonly weekday: number;
  readonly daysInMonth: number;
}

type DayTest = (day: Day) => boolean;

const monthNames = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const weekdayNames = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

const second: Field = { name: "second", min: 0, max: 59 };
const minute: Field = { name: "minute", min: 0, max: 59 };
const hour: Field = { name: "hour", min: 0, max: 23 };
const dayOfMonth: Field = { name: "day of month", min: 1, max: 31 };
const month: Field = { name: "month", min: 1, max: 12, names: monthNames };
const dayOfWeek: Field = { name: "day of week", min: 0, max: 7, names: weekdayNames };

const nicknames = ["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"];

/**
 * What is wrong with the expression, as the end of a sentence ("has 61 as minute; minutes go from 0 to 59"), or
 * undefined when it is fine and fires on some day.
 */
export function cronMistake(expression: string): string | undefined {
  const text = expression.trim().toLowerCase();
  if (text.startsWith("@")) {
    return nicknames.includes(text) ? undefined : `is not one of ${nicknames.join(", ")}`;
  }
  const parts = text.split(/\s+/);
  if (text === "" || parts.length < 5 || parts.length > 6) {
    const count = text === "" ? 0 : parts.length;
    return `has ${count} ${count === 1 ? "field" : "fields"}; a cron expression has 5 (minute, hour, day of month, month, day of week) or 6 (second first)`;
  }
  const clock: readonly Field[] = parts.length === 6 ? [second, minute, hour] : [minute, hour];
  for (const [index, field] of clock.entries()) {
    const values = valuesOf(parts[index] ?? "", field);
    if (typeof values === "string") return values;
  }
  const rest = parts.slice(clock.length);
  const inMonth = dayOfMonthTest(rest[0] ?? "");
  if (typeof inMonth === "string") return inMonth;
  const months = valuesOf(rest[1] ?? "", month);
  if (typeof months === "string") return months;
  const onWeekday = dayOfWeekTest(rest[2] ?? "");
  if (typeof onWeekday === "string") return onWeekday;
  const fires = someDay((day) => months.has(day.month) && inMonth(day) && onWeekday(day));
  return fires ? undefined : "never fires: no day of any year matches its day and month fields";
}

function valuesOf(text: string, field: Field): ReadonlySet<number> | string {
  const values = new Set<number>();
  for (const item of text.split(",")) {
    const mistake = addItem(values, item, field);
    if (mistake !== undefined) return mistake;
  }
  return values;
}

function addItem(values: Set<number>, item: string, field: Field): string | undefined {
  const [range = "", stepText, ...more] = item.split("/");
  if (more.length > 0) return `has "${item}" as ${field.name}, with more than one step`;
  const step = stepText === undefined ? 1 : wholeNumber(stepText);
  if (step === undefined || step < 1) return `has "${item}" as ${field.name}; a step is a number from 1 on`;
  const bounds = boundsOf(range, field, stepText !== undefined);
  if (typeof bounds === "string") return bounds;
  const [from, to] = bounds;
  const span = field.max - field.min + 1;
  const length = to >= from ? to - from : to - from + span;
  for (let offset = 0; offset <= length; offset += step) {
    values.add(field.min + ((from - field.min + offset) % span));
  }
  return undefined;
}

function boundsOf(range: string, field: Field, stepped: boolean): readonly [number, number] | string {
  if (range === "*") return [field.min, field.max];
  const ends = range.split("-");
  if (ends.length > 2) return `has "${range}" as ${field.name}, which is not a range`;
  const numbers: number[] = [];
  for (const end of ends) {
    const value = numberOf(end, field);
    if (value === undefined) return outside(end === "" ? range : end, field);
    numbers.push(value);
  }
  const [from = field.min, to = stepped ? field.max : from] = numbers;
  return [from, to];
}

function outside(text: string, field: Field): string {
  const shown = text === "" ? "nothing" : `"${text}"`;
  const names = field.names === undefined ? "" : `, or ${field.names[0]} to ${field.names.at(-1)}`;
  return `has ${shown} as ${field.name}; it goes from ${field.min} to ${field.max}${names}`;
}

function numberOf(text: string, field: Field): number | undefined {
  const named = field.names?.findIndex((name) => text === name || text === longName(name)) ?? -1;
  if (named >= 0) return named + field.min;
  const value = wholeNumber(text);
  return value === undefined || value < field.min || value > field.max ? undefined : value;
}

const longNames: Readonly<Record<string, string>> = {
  jan: "january",
  feb: "february",
  mar: "march",
  apr: "april",
  jun: "june",
  jul: "july",
  aug: "august",
  sep: "september",
  oct: "october",
  nov: "november",
  dec: "december",
  sun: "sunday",
  mon: "monday",
  tue: "tuesday",
  wed: "wednesday",
  thu: "thursday",
  fri: "friday",
  sat: "saturday",
};

function longName(name: string): string {
  return longNames[name] ?? name;
}

function wholeNumber(text: string): number | undefined {
  return /^\d{1,4}$/.test(text) ? Number(text) : undefined;
}

function dayOfMonthTest(text: string): DayTest | string {
  if (text === "?") return () => true;
  const tests: DayTest[] = [];
  const plain: string[] = [];
  for (const item of text.split(",")) {
    const last = /^l(?:-(\d{1,2}))?$/.exec(item);
    const nearest = /^(\d{1,2}|l)w$/.exec(item);
    if (last !== null) {
      const offset = Number(last[1] ?? "0");
      tests.push((day) => day.day === day.daysInMonth - offset);
    } else if (nearest !== null) {
      const wanted = nearest[1] === "l" ? 31 : Number(nearest[1]);
      if (wanted < 1 || wanted > 31) return outside(item, dayOfMonth);
      tests.push((day) => day.weekday >= 1 && day.weekday <= 5 && Math.abs(day.day - wanted) <= 3);
    } else plain.push(item);
  }
  if (plain.length > 0) {
    const values = valuesOf(plain.join(","), dayOfMonth);
    if (typeof values === "string") return values;
    tests.push((day) => values.has(day.day));
  }
  return (day) => tests.some((test) => test(day));
}

function dayOfWeekTest(text: string): DayTest | string {
  if (text === "?") return () => true;
  const tests: DayTest[] = [];
  const plain: string[] = [];
  for (const item of text.split(",")) {
    const special = /^(.+?)(?:#(\d)|(l))$/.exec(item);
    const weekday = special === null ? undefined : numberOf(special[1] ?? "", dayOfWeek);
    if (special === null || weekday === undefined) plain.push(item);
    else if (special[3] === "l") {
      tests.push((day) => day.weekday === weekday % 7 && day.day > day.daysInMonth - 7);
    } else {
      const nth = Number(special[2]);
      if (nth < 1 || nth > 5)
        return `has "${item}" as day of week; a month has the 1st to the 5th of a weekday`;
      tests.push((day) => day.weekday === weekday % 7 && Math.ceil(day.day / 7) === nth);
    }
  }
  if (plain.length > 0) {
    const values = valuesOf(plain.join(","), dayOfWeek);
    if (typeof values === "string") return values;
    tests.push((day) => values.has(day.weekday) || (day.weekday === 0 && values.has(7)));
  }
  return (day) => tests.some((test) => test(day));
}

/** Whether any day passes. From 2000 on, 28 years hold every pair of date and weekday, leap days included. */
function someDay(test: DayTest): boolean {
  let weekday = 6; // 1 January 2000 was a Saturday.
  for (let year = 2000; year < 2028; year++) {
    for (let current = 1; current <= 12; current++) {
      const daysInMonth = lengthOf(current, year);
      for (let day = 1; day <= daysInMonth; day++) {
        if (test({ year, month: current, day, weekday, daysInMonth })) return true;
        weekday = (weekday + 1) % 7;
      }
    }
  }
  return false;
}

/** Between 1901 and 2099 every fourth year is a leap year. */
function lengthOf(current: number, year: number): number {
  if (current === 2) return year % 4 === 0 ? 29 : 28;
  return [4, 6, 9, 11].includes(current) ? 30 : 31;
}
