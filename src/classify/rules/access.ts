/** Rules for roles (ROL), memberships (RMB), comments (COM), security labels (LBL) and large objects (LOB). */
import type {
  CommentAttributes,
  RoleAttributes,
  RoleMembershipAttributes,
  SecurityLabelAttributes,
} from "../../model/kinds/access.ts";
import type { LargeObjectAttributes } from "../../model/kinds/relations.ts";
import { type KindRules, onlyIf, rule } from "../rule.ts";
import { differs, missing, renamedFrom, says, sentenceCase, shown, unexpected } from "../words.ts";

export const roleRules: KindRules<RoleAttributes> = {
  added: [
    onlyIf(
      ({ attributes }) => attributes.superuser === true || attributes.bypassRowSecurity === true,
      rule(
        "ROL004 critical security: all-powerful role added",
        unexpected("it may read and change everything"),
      ),
    ),
    rule("ROL001 high security: role added", unexpected()),
  ],
  removed: rule("ROL002 high compatibility: role removed", missing("programs that log in with it fail")),
  renamed: rule(
    "ROL003 high compatibility: role renamed",
    renamedFrom("programs that log in with the old name fail"),
  ),
  altered: {
    superuser: [
      onlyIf(
        ({ after }) => after,
        rule(
          "ROL005 critical security: role made superuser",
          says("is a superuser, in the baseline it is not"),
        ),
      ),
      rule("ROL006 high compatibility: superuser right removed", says("is no longer a superuser")),
    ],
    bypassRowSecurity: [
      onlyIf(
        ({ after }) => after,
        rule(
          "ROL007 critical security: role may bypass row security",
          says("bypasses row security, in the baseline it does not"),
        ),
      ),
      rule(
        "ROL008 medium security: role may no longer bypass row security",
        says("no longer bypasses row security"),
      ),
    ],
    createRole: [
      onlyIf(
        ({ after }) => after,
        rule(
          "ROL009 high security: role may create roles",
          says("may create roles, in the baseline it may not"),
        ),
      ),
      rule("ROL010 medium security: role may no longer create roles", says("may no longer create roles")),
    ],
    replication: [
      onlyIf(
        ({ after }) => after,
        rule(
          "ROL011 high security: role may replicate",
          says("may replicate, and so read everything, in the baseline it may not"),
        ),
      ),
      rule("ROL012 high compatibility: role may no longer replicate", says("may no longer replicate")),
    ],
    createDatabase: rule("ROL013 medium security: CREATEDB changed", differs("CREATEDB right")),
    login: [
      onlyIf(
        ({ after }) => after,
        rule("ROL014 high security: role may log in", says("may log in, in the baseline it may not")),
      ),
      rule(
        "ROL015 high compatibility: role may no longer log in",
        says("may no longer log in: programs that use it fail"),
      ),
    ],
    inherit: rule("ROL016 medium security: role inheritance changed", differs("INHERIT option")),
    connectionLimit: rule(
      "ROL017 medium compatibility: role connection limit changed",
      differs("connection limit"),
    ),
    validUntil: rule("ROL018 medium compatibility: role expiry changed", differs("expiry")),
    options: rule("ROL019 medium security: role options changed", differs("options")),
  },
};

export const roleMembershipRules: KindRules<RoleMembershipAttributes> = {
  added: rule(
    "RMB001 high security: role membership granted",
    unexpected("the member has the rights of that role"),
  ),
  removed: rule(
    "RMB002 medium security: role membership revoked",
    missing("the member lost the rights of that role"),
  ),
  renamed: rule("RMB003 low security: role membership moved to another name", renamedFrom()),
  altered: {
    admin: [
      onlyIf(
        ({ after }) => after,
        rule(
          "RMB004 high security: membership may be passed on",
          says("has the ADMIN option, in the baseline it has not"),
        ),
      ),
      rule(
        "RMB005 medium security: membership may no longer be passed on",
        says("no longer has the ADMIN option"),
      ),
    ],
    inherit: rule("RMB006 medium security: membership inheritance changed", differs("INHERIT option")),
    set: rule("RMB007 medium security: membership SET changed", differs("SET option")),
    default: rule("RMB008 medium security: default role changed", differs("mark as a default role")),
    grantors: rule("RMB009 low security: grantors of a membership changed", differs("list of grantors")),
  },
};

export const commentRules: KindRules<CommentAttributes> = {
  added: rule("COM001 info cosmetic: comment added", unexpected()),
  removed: rule("COM002 info cosmetic: comment removed", missing()),
  renamed: rule("COM003 info cosmetic: comment moved to another name", renamedFrom()),
  altered: {
    text: rule(
      "COM004 info cosmetic: comment changed",
      ({ the, before, after }) =>
        `${sentenceCase(the)} says "${shown(after)}", the baseline says "${shown(before)}".`,
    ),
  },
};

export const securityLabelRules: KindRules<SecurityLabelAttributes> = {
  added: rule("LBL001 medium security: security label added", unexpected()),
  removed: rule("LBL002 high security: security label removed", missing("what it protects may be open")),
  renamed: rule("LBL003 low security: security label moved to another name", renamedFrom()),
  altered: { label: rule("LBL004 high security: security label changed", differs("label")) },
};

export const largeObjectRules: KindRules<LargeObjectAttributes> = {
  added: rule("LOB001 low compatibility: large object added", unexpected()),
  removed: rule("LOB002 high data-loss: large object removed", missing("its content is gone")),
  renamed: rule("LOB003 low cosmetic: large object renamed", renamedFrom()),
  altered: { owner: rule("LOB004 medium security: large object owner changed", differs("owner")) },
};
