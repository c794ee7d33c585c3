namespace Sidecar.SessionApi.Files;

/// <summary>
/// One pattern without braces. It goes through a path once and keeps all places of the pattern that it may be at, so that no pattern is slow: the
/// cost is the length of one times that of the other.
/// </summary>
internal sealed class GlobAutomaton
{
    private readonly List<Step> _steps;

    private GlobAutomaton(List<Step> steps) => _steps = steps;

    private enum StepKind
    {
        /// <summary>One character of a set; a single one has itself as its set.</summary>
        Character,

        /// <summary><c>?</c></summary>
        AnyInName,

        /// <summary><c>*</c></summary>
        Name,

        /// <summary><c>**</c></summary>
        Anything,

        /// <summary>The beginning of <c>**/</c>: folders follow, or none.</summary>
        Folders,

        /// <summary>Inside those folders, up to any slash.</summary>
        InFolders,
    }

    /// <summary>Reads a pattern; null when it is none.</summary>
    public static GlobAutomaton? Parse(string pattern)
    {
        var steps = new List<Step>();
        for (var i = 0; i < pattern.Length; i++)
        {
            switch (pattern[i])
            {
                case '*' when pattern.AsSpan(i).StartsWith("**/"):
                    steps.AddRange([new Step(StepKind.Folders), new Step(StepKind.InFolders)]);
                    i += 2;
                    break;
                case '*' when pattern.AsSpan(i).StartsWith("**"):
                    steps.Add(new Step(StepKind.Anything));
                    i++;
                    break;
                case '*':
                    steps.Add(new Step(StepKind.Name));
                    break;
                case '?':
                    steps.Add(new Step(StepKind.AnyInName));
                    break;
                case '[' when pattern.IndexOf(']', Math.Min(pattern.Length, i + 2)) is var end && end > 0:
                    if (Set(pattern[(i + 1)..end]) is not { } set)
                    {
                        return null;
                    }

                    steps.Add(set);
                    i = end;
                    break;
                default:
                    i += pattern[i] == '\\' && i + 1 < pattern.Length ? 1 : 0;
                    steps.Add(new Step(StepKind.Character, [(pattern[i], pattern[i])]));
                    break;
            }
        }

        return new GlobAutomaton(steps);
    }

    public bool Matches(string text)
    {
        Span<bool> now = stackalloc bool[_steps.Count + 1];
        Span<bool> next = stackalloc bool[_steps.Count + 1];
        now[0] = true;
        SkipWhatMayBeEmpty(now);
        foreach (var character in text)
        {
            next.Clear();
            for (var i = 0; i < _steps.Count; i++)
            {
                if (now[i])
                {
                    Advance(i, character, next);
                }
            }

            SkipWhatMayBeEmpty(next);
            next.CopyTo(now);
        }

        return now[^1];
    }

    private void Advance(int at, char character, Span<bool> next)
    {
        var step = _steps[at];
        switch (step.Kind)
        {
            case StepKind.Character:
                next[at + 1] |= step.Holds(character);
                break;
            case StepKind.AnyInName:
                next[at + 1] |= character != '/';
                break;
            case StepKind.Name:
                next[at] |= character != '/';
                break;
            case StepKind.Anything:
                next[at] = true;
                break;
            case StepKind.InFolders:
                next[at] = true;
                next[at + 1] |= character == '/';
                break;
        }
    }

    private void SkipWhatMayBeEmpty(Span<bool> places)
    {
        for (var i = 0; i < _steps.Count; i++)
        {
            if (places[i] && _steps[i].Kind is (StepKind.Name or StepKind.Anything))
            {
                places[i + 1] = true;
            }
            else if (places[i] && _steps[i].Kind == StepKind.Folders)
            {
                places[i + 1] = places[i + 2] = true;
            }
        }
    }

    // a-z0-9, !abc; null for a range that runs backwards.
    private static Step? Set(string members)
    {
        var isNegated = members.StartsWith('!') || members.StartsWith('^');
        members = isNegated ? members[1..] : members;
        var ranges = new List<(char From, char To)>();
        for (var i = 0; i < members.Length; i++)
        {
            var isRange = i + 2 < members.Length && members[i + 1] == '-';
            var to = isRange ? members[i + 2] : members[i];
            if (to < members[i])
            {
                return null;
            }

            ranges.Add((members[i], to));
            i += isRange ? 2 : 0;
        }

        return new Step(StepKind.Character, ranges, isNegated);
    }

    private readonly record struct Step(StepKind Kind, List<(char From, char To)>? Ranges = null, bool IsNegated = false)
    {
        public bool Holds(char character) =>
            Ranges!.Exists(range => character >= range.From && character <= range.To) != IsNegated && (!IsNegated || character != '/');
    }
}
