namespace Sidecar.Supervision.Containment;

/// <summary>What the programs that we start for a person find in their environment: the person's own, without what is ours.</summary>
public static class ChildEnvironment
{
    // Our settings, secrets of other programs among them, and the addresses of our services are no business of theirs.
    private static readonly string[] PrivatePrefixes = ["Sidecar__", "services__"];

    // The tokens that a desktop shell gives us, and where we listen: a program that an agent builds would listen there too.
    private static readonly string[] PrivateNames = ["CC_HAHA_LOCAL_ACCESS_TOKEN", "CC_HAHA_PET_ACCESS_TOKEN", "ASPNETCORE_URLS"];

    /// <summary>What differs from our own environment; a new dictionary that the caller may add to.</summary>
    public static Dictionary<string, string?> Changes()
    {
        var changes = new Dictionary<string, string?>();
        foreach (string name in Environment.GetEnvironmentVariables().Keys)
        {
            if (PrivatePrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
                || PrivateNames.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                changes[name] = null;
            }
        }

        return changes;
    }
}
