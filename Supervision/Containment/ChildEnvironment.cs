namespace Sidecar.Supervision.Containment;

/// <summary>What the programs that we start for a person find in their environment: the person's own, without what is ours.</summary>
public static class ChildEnvironment
{
    // Our settings, secrets of other programs among them, and the addresses of our services are no business of theirs.
    private static readonly string[] PrivatePrefixes = ["Sidecar__", "services__"];

    /// <summary>What differs from our own environment; a new dictionary that the caller may add to.</summary>
    public static Dictionary<string, string?> Changes()
    {
        var changes = new Dictionary<string, string?>();
        foreach (string name in Environment.GetEnvironmentVariables().Keys)
        {
            if (PrivatePrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)))
            {
                changes[name] = null;
            }
        }

        return changes;
    }
}
