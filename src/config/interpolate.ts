/**
 * Fills ${VAR} and ${VAR:-default} into string values, after YAML was parsed, so that a value can never change the
 * structure of the file. `$${` stands for a literal `${`.
 */
import { closestWord } from "../model/closest-word.ts";
import { type ConfigPath, configPathText, type Mistake } from "./mistakes.ts";

export type EnvironmentVariables = Readonly<Record<string, string | undefined>>;

export interface Interpolated {
  readonly value: unknown;
  readonly mistakes: readonly Mistake[];
  /** Paths (as text) whose value came, at least in part, from a variable. */
  readonly filled: ReadonlySet<string>;
}

export function interpolate(value: unknown, env: EnvironmentVariables): Interpolated {
  const mistakes: Mistake[] = [];
  const filled = new Set<string>();
  const visit = (node: unknown, path: ConfigPath): unknown => {
    if (typeof node === "string") {
      if (!node.includes("${")) return node;
      filled.add(configPathText(path));
      return fill(node, env, (sentence, remedy) => mistakes.push({ path, sentence, remedy }));
    }
    if (Array.isArray(node)) return node.map((item, index) => visit(item, [...path, index]));
    if (node === null || typeof node !== "object") return node;
    return Object.fromEntries(
      Object.entries(node).map(([key, member]) => [key, visit(member, [...path, key])]),
    );
  };
  return { value: visit(value, []), mistakes, filled };
}

type Tell = (sentence: string, remedy: string) => void;

function fill(text: string, env: EnvironmentVariables, tell: Tell): string {
  return text.replace(
    /\$(\$\{)|\$\{([^}]*)(\}?)/g,
    (_whole, escaped: string | undefined, inside: string, end: string) => {
      if (escaped !== undefined) return escaped;
      const variable = /^([A-Za-z_]\w*)(?:(:-)(.*))?$/s.exec(inside);
      if (variable === null || end === "") {
        tell(
          "holds a ${ that names no variable",
          // biome-ignore lint/suspicious/noTemplateCurlyInString: the syntax of the configuration file
          "Write ${NAME} or ${NAME:-default}, or $${ for a literal ${.",
        );
        return "";
      }
      const [, name = "", operator, fallback = ""] = variable;
      const given = env[name];
      if (operator !== undefined) return given === undefined || given === "" ? fallback : given;
      if (given !== undefined) return given;
      const near = closestWord(
        name,
        Object.keys(env).filter((known) => known.length > 3),
      );
      const hint = near === undefined ? "" : ` (${near} is set: did you mean that?)`;
      tell(`the variable ${name} is not set${hint}`, `Set ${name}, or give a default: \${${name}:-value}.`);
      return "";
    },
  );
}
