/** Cells of the server as text. What a session does is tried on real servers (session.server.test.ts). */
import { expect, it } from "vitest";
import { text } from "../../../../src/dialects/mysql/wire/cells.ts";

it.each([
  ["text", Buffer.from("é😀\uFEFFa"), "é😀\uFEFFa"],
  ["single bytes that are no text, beside text", Buffer.from("27ff5c3027c3a9", "hex"), "'\\xff\\0'é"],
  ["a character that is cut off", Buffer.from("61e2 82".replace(" ", ""), "hex"), "a\\xe2\\x82"],
  [
    "half a surrogate pair and a form that is too long",
    Buffer.from("eda080c080", "hex"),
    "\\xed\\xa0\\x80\\xc0\\x80",
  ],
  ["a number", 7, "7"],
  ["nothing", null, ""],
])("a cell shows %s", (_, cell, expected) => {
  expect(text(cell)).toBe(expected);
});
