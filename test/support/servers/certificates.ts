/** Certificates made at run time with openssl: an authority of a test's own, and what it signs. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { installPackages } from "./machine.ts";
import { findProgram, run } from "./run-command.ts";

/** Paths of PEM files, and their text where a server needs it. */
export interface Certificate {
  readonly certFile: string;
  readonly keyFile: string;
  readonly cert: string;
  readonly key: string;
}

export interface Authority extends Certificate {
  /** Signs for a common name and, for servers, names as in "DNS:localhost" or "IP:127.0.0.1". */
  issue(commonName: string, ...names: readonly string[]): Promise<Certificate>;
  /** A revocation list of these and those revoked before, as a PEM file. */
  revoke(...revoked: readonly Certificate[]): Promise<string>;
}

/** Everything is written to `folder`; `name` keeps authorities apart. */
export async function createAuthority(folder: string, name: string): Promise<Authority> {
  if (findProgram("openssl") === undefined) await installPackages("openssl");
  const base = join(folder, name);
  mkdirSync(base);
  const openssl = (...args: readonly string[]): Promise<string> => run("openssl", args, { cwd: base });
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  const subject = (commonName: string): string[] => ["-subj", `/CN=${commonName}`];
  await openssl(
    "req",
    "-x509",
    ...newKey,
    "-keyout",
    "ca.key",
    "-out",
    "ca.crt",
    "-days",
    "30",
    ...subject(name),
  );
  writeFileSync(join(base, "index.txt"), "");
  const settings = ["[ca]", "default_ca=own", "[own]", "database=index.txt", "default_md=sha256"];
  writeFileSync(join(base, "ca.conf"), `${settings.join("\n")}\ndefault_crl_days=30\n`);
  const asAuthority = ["-config", "ca.conf", "-keyfile", "ca.key", "-cert", "ca.crt"];
  let issued = 0;
  let lists = 0;
  return {
    ...read(base, "ca"),
    async issue(commonName, ...names) {
      const file = `issued-${++issued}`;
      await openssl(
        "req",
        ...newKey,
        "-keyout",
        `${file}.key`,
        "-out",
        `${file}.csr`,
        ...subject(commonName),
      );
      writeFileSync(join(base, `${file}.ext`), names.length > 0 ? `subjectAltName=${names.join(",")}\n` : "");
      const signer = ["-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-days", "30"];
      await openssl(
        "x509",
        "-req",
        "-in",
        `${file}.csr`,
        ...signer,
        "-extfile",
        `${file}.ext`,
        "-out",
        `${file}.crt`,
      );
      return read(base, file);
    },
    async revoke(...revoked) {
      for (const { certFile } of revoked) await openssl("ca", ...asAuthority, "-revoke", certFile);
      const list = `revoked-${++lists}.crl`;
      await openssl("ca", ...asAuthority, "-gencrl", "-out", list);
      return join(base, list);
    },
  };
}

/** The same key under a password, as a PEM file. */
export async function encryptKey({ keyFile }: Certificate, password: string): Promise<string> {
  const path = `${keyFile}.encrypted`;
  await run("openssl", ["ec", "-in", keyFile, "-aes256", "-passout", `pass:${password}`, "-out", path]);
  return path;
}

function read(base: string, file: string): Certificate {
  const certFile = join(base, `${file}.crt`);
  const keyFile = join(base, `${file}.key`);
  return { certFile, keyFile, cert: readFileSync(certFile, "utf8"), key: readFileSync(keyFile, "utf8") };
}
