/**
 * The parent of every test server. It lives in a session of its own and ends them when its standard input closes, which
 * the system does for it whenever the test run ends: normally, by Ctrl-C or by `kill -9`. It stops only its own children.
 * One JSON message per line: in { id, command, args, cwd?, uid?, gid?, log, stopSignal } or { remove: folder };
 * out { id, pid } or { id, failed } and, later, { id, exited }.
 */
import { spawn } from "node:child_process";
import { closeSync, openSync, rmSync } from "node:fs";
import process from "node:process";
import { createInterface } from "node:readline";

const children = new Map();
const folders = [];
let stopping = false;

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => {});
process.stdout.on("error", () => {});

function tell(message) {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

function start({ id, command, args, cwd, uid, gid, log, stopSignal }) {
  const output = openSync(log, "a");
  const child = spawn(command, args, { cwd, uid, gid, stdio: ["ignore", output, output] });
  closeSync(output);
  child.on("error", (error) => tell({ id, failed: error.message }));
  if (child.pid === undefined) return;
  const ended = new Promise((resolve) => {
    child.on("exit", (code, signal) => {
      children.delete(id);
      tell({ id, exited: signal ?? code });
      resolve();
    });
  });
  children.set(id, { child, stopSignal, ended });
  tell({ id, pid: child.pid });
}

async function stop({ child, stopSignal, ended }) {
  child.kill(stopSignal);
  const force = setTimeout(() => child.kill("SIGKILL"), 8000);
  await ended;
  clearTimeout(force);
}

createInterface({ input: process.stdin })
  .on("line", (line) => {
    if (stopping) return;
    const message = JSON.parse(line);
    if (message.remove) folders.push(message.remove);
    else start(message);
  })
  .on("close", () => void stopAll());

async function stopAll() {
  stopping = true;
  await Promise.all([...children.values()].map(stop));
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  process.exit(0);
}
