/** What tests ask of Kubernetes manifests: typed views of the few fields, and the restricted Pod Security Standard. */
import { parseAllDocuments } from "yaml";

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec?: unknown;
  readonly data?: Readonly<Record<string, string>>;
}

export interface Container {
  readonly name: string;
  readonly args?: readonly string[];
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
  readonly resources?: unknown;
  readonly securityContext?: {
    readonly allowPrivilegeEscalation?: boolean;
    readonly readOnlyRootFilesystem?: boolean;
    readonly capabilities?: { readonly drop?: readonly string[]; readonly add?: readonly string[] };
  };
  readonly startupProbe?: unknown;
  readonly livenessProbe?: { readonly httpGet: { readonly path: string; readonly port: string } };
  readonly readinessProbe?: { readonly httpGet: { readonly path: string; readonly port: string } };
}

export interface PodSpec {
  readonly automountServiceAccountToken?: boolean;
  readonly enableServiceLinks?: boolean;
  readonly terminationGracePeriodSeconds?: number;
  readonly securityContext?: {
    readonly runAsNonRoot?: boolean;
    readonly runAsUser?: number;
    readonly seccompProfile?: { readonly type?: string };
  };
  readonly containers: readonly Container[];
  readonly volumes?: readonly { readonly name: string; readonly hostPath?: unknown }[];
  readonly hostNetwork?: boolean;
}

export interface DeploymentSpec {
  readonly replicas: number;
  readonly strategy?: { readonly type: string };
  readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
  readonly template: {
    readonly metadata: {
      readonly labels: Readonly<Record<string, string>>;
      readonly annotations: Readonly<Record<string, string>>;
    };
    readonly spec: PodSpec;
  };
}

/** The documents of what `helm template` prints. Throws when one is not YAML or no manifest. */
export function manifestsOf(text: string): readonly Manifest[] {
  return parseAllDocuments(text).flatMap((document) => {
    if (document.errors[0] !== undefined) throw document.errors[0];
    const manifest = document.toJS() as Manifest | null;
    if (manifest === null) return [];
    if (!manifest.apiVersion || !manifest.kind || !manifest.metadata?.name) {
      throw new Error(`no manifest: ${JSON.stringify(manifest).slice(0, 200)}`);
    }
    return [manifest];
  });
}

export function ofKind(manifests: readonly Manifest[], kind: string): readonly Manifest[] {
  return manifests.filter((manifest) => manifest.kind === kind);
}

/** The one manifest of a kind; throws when there is none or more than one. */
export function theOnly(manifests: readonly Manifest[], kind: string): Manifest {
  const [first, ...others] = ofKind(manifests, kind);
  if (first === undefined || others.length > 0)
    throw new Error(`expected one ${kind}, found ${others.length + (first ? 1 : 0)}`);
  return first;
}

export function isSelectedBy(
  labels: Readonly<Record<string, string>>,
  selector: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(selector).every(([name, value]) => labels[name] === value);
}

/** What keeps a pod from the restricted Pod Security Standard, and from mounting what it does not need. */
export function podBreaches(pod: PodSpec): readonly string[] {
  const breaches: string[] = [];
  const expectThat = (ok: boolean, sentence: string): void => void (ok || breaches.push(sentence));
  expectThat(pod.automountServiceAccountToken === false, "the API token is mounted");
  expectThat(pod.hostNetwork !== true, "it uses the host's network");
  expectThat(pod.securityContext?.runAsNonRoot === true, "it may run as root");
  expectThat((pod.securityContext?.runAsUser ?? 0) > 0, "it runs as root");
  expectThat(pod.securityContext?.seccompProfile?.type === "RuntimeDefault", "it has no seccomp profile");
  for (const { name, hostPath } of pod.volumes ?? [])
    expectThat(hostPath === undefined, `${name} is a host path`);
  for (const { name, securityContext: context, volumeMounts, resources } of pod.containers) {
    expectThat(context?.allowPrivilegeEscalation === false, `${name} may gain privileges`);
    expectThat(context?.readOnlyRootFilesystem === true, `${name} may write its root file system`);
    expectThat(context?.capabilities?.drop?.join() === "ALL", `${name} keeps capabilities`);
    expectThat(context?.capabilities?.add === undefined, `${name} adds capabilities`);
    expectThat(resources !== undefined, `${name} has no resources`);
    for (const mount of volumeMounts ?? []) {
      expectThat(
        pod.volumes?.some((volume) => volume.name === mount.name) === true,
        `${mount.name} is no volume`,
      );
    }
  }
  return breaches;
}
