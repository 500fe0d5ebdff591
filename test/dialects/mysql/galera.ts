/** A Galera cluster of two nodes on this machine, from one cold copy: the second joins by the changes since, not by a dump. */
import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { until } from "../../e2e/support/until.ts";
import { freePort } from "../../support/servers/machine.ts";
import type { OwnMysql, OwnServers } from "../../support/servers/own-mysql.ts";
import { execute } from "./own-servers.ts";

export interface GaleraCluster {
  readonly first: OwnMysql;
  readonly second: OwnMysql;
  /** Removes what the nodes shared; the servers are ended by whoever opened them. */
  close(): void;
}

/** Both hold what `ground` makes. `options` are of both nodes. */
export async function startGalera(servers: OwnServers, ...ground: readonly string[]): Promise<GaleraCluster> {
  const [first, second] = await Promise.all([servers.start("mariadb-11"), servers.start("mariadb-11")]);
  const transfer = putTransfer(first);
  const ports = [await freePort(), await freePort()];
  const options = [await optionsOf(ports, 0, transfer.method), await optionsOf(ports, 1, transfer.method)];
  await Promise.all([first.stop(), second.stop()]);
  await first.start(...(options[0] ?? []));
  await execute(first.url, ...ground);
  await first.stop();
  const [from, to] = [join(first.folder, "data"), join(second.folder, "data")];
  rmSync(to, { recursive: true });
  execFileSync("cp", ["-a", from, to]);
  for (const name of ["gvwstate.dat", "galera.cache"]) rmSync(join(to, name), { force: true });
  await first.start(...(options[0] ?? []));
  await second.start(...(options[1] ?? []));
  await until("the second node has joined", async () => {
    const [row] = await execute(second.url, "SHOW GLOBAL STATUS LIKE 'wsrep_ready'");
    return row?.Value === "ON";
  });
  return { first, second, close: () => rmSync(transfer.path) };
}

async function optionsOf(ports: readonly number[], index: 0 | 1, method: string): Promise<readonly string[]> {
  const peer = index === 0 ? "" : `127.0.0.1:${ports[0]}`;
  const own = `base_host=127.0.0.1;base_port=${ports[index]};gmcast.listen_addr=tcp://127.0.0.1:${ports[index]}`;
  return [
    "--wsrep-on=ON",
    "--wsrep-provider=/usr/lib/galera/libgalera_smm.so",
    `--wsrep-cluster-address=gcomm://${peer}`,
    `--wsrep-provider-options=${own};ist.recv_addr=127.0.0.1:${await freePort()}`,
    "--wsrep-node-address=127.0.0.1",
    `--wsrep-sst-receive-address=127.0.0.1:${await freePort()}`,
    `--wsrep-sst-method=${method}`,
    "--binlog-format=ROW",
  ];
}

/**
 * Galera runs `wsrep_sst_<method>` on both sides when a node joins. Nothing is to be copied here: the donor tells the joiner
 * the position from which the group's own changes follow. Both run in one tree, so a file carries it.
 */
function putTransfer({ root }: OwnMysql): { readonly method: string; readonly path: string } {
  const method = `handover_${process.pid}`;
  const path = join(root, "usr/local/bin", `wsrep_sst_${method}`);
  writeFileSync(path, transferScript, { mode: 0o755 });
  return { method, path };
}

const transferScript = `#!/bin/sh
while [ $# -gt 0 ]; do
  case "$1" in
    --role) role=$2 ;;
    --address) address=\${2%%/*} ;;
    --gtid) position=$2 ;;
    --mysqld-args) break ;;
  esac
  shift
done
note=/tmp/handover-$address
if [ "$role" = donor ]; then
  echo "$position" > "$note.new" && mv "$note.new" "$note" && echo "done $position"
else
  echo "ready $address"
  until [ -f "$note" ]; do sleep 0.05; done
  cat "$note" && rm "$note"
fi
`;
