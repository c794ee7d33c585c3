namespace Sidecar.Supervision.Containment;

/// <summary>The last lines of a child's standard error and of output that was no message: what a person needs when it fails.</summary>
public sealed class OutputTail
{
    private const int MaxLines = 80;
    private const int MaxLineLength = 500;

    private readonly Lock _gate = new();
    private readonly Queue<string> _lines = new(MaxLines);

    /// <summary>Adds a line; the oldest leaves when there are too many.</summary>
    public void Add(string line)
    {
        if (string.IsNullOrWhiteSpace(line))
        {
            return;
        }

        lock (_gate)
        {
            if (_lines.Count == MaxLines)
            {
                _lines.Dequeue();
            }

            _lines.Enqueue(line.Length <= MaxLineLength ? line : line[..MaxLineLength] + " …");
        }
    }

    /// <summary>What is kept now, oldest first.</summary>
    public IReadOnlyList<string> Snapshot()
    {
        lock (_gate)
        {
            return [.. _lines];
        }
    }
}
