/**
 * In SQL, for a deployment `d` of an agent `a`: the version of the agent's terms that binds it, which is the one that its user signed. Where
 * there is no mandate (a deployment from before there were any) it is the present one.
 */
export const VERSION_IN_FORCE = `coalesce(
  (SELECT v.version FROM mandates m JOIN agent_versions v ON v.id = m.agent_version_id WHERE m.deployment_id = d.id AND m.superseded_at IS NULL),
  a.version)`;

/**
 * In SQL: the versions of active agents, with their manifests, that are not the present ones but that a running deployment's user has signed:
 * texts are decided by each of them, besides by each agent's present terms.
 */
export const SIGNED_VERSIONS = `
  SELECT v.agent_id, v.version, v.manifest
    FROM agent_versions v JOIN agents a ON a.id = v.agent_id
   WHERE a.state = 'active' AND v.version <> a.version
     AND EXISTS (SELECT FROM mandates m JOIN deployments d ON d.id = m.deployment_id
                  WHERE m.agent_version_id = v.id AND m.superseded_at IS NULL AND d.state = 'active')`;
