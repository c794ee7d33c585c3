namespace Sidecar.Supervision.Containment;

/// <summary>
/// An environment variable that every descendant inherits, so that a tree can be found after its parent links are gone.
/// </summary>
/// <param name="Name">The variable.</param>
/// <param name="Value">Unique for one child, for example <c>run.3</c>.</param>
public sealed record ProcessMarker(string Name, string Value);
