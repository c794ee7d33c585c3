namespace Sidecar.SessionApi.History.Files;

/// <summary>
/// Which lines of two texts differ, by Myers' greedy algorithm. It is bounded: beyond a number of edits the differing middle counts as one
/// change, which is right and only not the smallest.
/// </summary>
internal static class LineDiff
{
    // Its memory grows with the square: 1000 rounds keep a million integers.
    private const int MaxEdits = 1000;

    public static IReadOnlyList<LineChange> Of(IReadOnlyList<string> before, IReadOnlyList<string> after)
    {
        var start = 0;
        while (start < before.Count && start < after.Count && before[start] == after[start])
        {
            start++;
        }

        var (oldEnd, newEnd) = (before.Count, after.Count);
        while (oldEnd > start && newEnd > start && before[oldEnd - 1] == after[newEnd - 1])
        {
            oldEnd--;
            newEnd--;
        }

        var edits = new Edits(before, after, start, oldEnd - start, newEnd - start);
        return edits.IsBounded ? edits.Changes() : [new LineChange(start, oldEnd - start, start, newEnd - start)];
    }

    private sealed class Edits
    {
        private readonly int _start;
        private readonly bool[] _removed;
        private readonly bool[] _added;

        public Edits(IReadOnlyList<string> before, IReadOnlyList<string> after, int start, int oldCount, int newCount)
        {
            (_start, _removed, _added) = (start, new bool[oldCount], new bool[newCount]);
            var max = Math.Min(oldCount + newCount, MaxEdits);
            var furthest = new int[(2 * max) + 3];
            var rounds = new List<int[]>();
            for (var round = 0; round <= max; round++)
            {
                rounds.Add(furthest[(max + 1 - round - 1)..(max + 1 + round + 2)]);
                for (var k = -round; k <= round; k += 2)
                {
                    var at = max + 1 + k;
                    var x = k == -round || (k != round && furthest[at - 1] < furthest[at + 1]) ? furthest[at + 1] : furthest[at - 1] + 1;
                    var y = x - k;
                    while (x < oldCount && y < newCount && before[start + x] == after[start + y])
                    {
                        x++;
                        y++;
                    }

                    furthest[at] = x;
                    if (x >= oldCount && y >= newCount)
                    {
                        IsBounded = true;
                        GoBack(rounds, round, oldCount, newCount);
                        return;
                    }
                }
            }
        }

        public bool IsBounded { get; }

        public List<LineChange> Changes()
        {
            var changes = new List<LineChange>();
            var (x, y) = (0, 0);
            while (x < _removed.Length || y < _added.Length)
            {
                var (oldStart, newStart) = (x, y);
                while (x < _removed.Length && _removed[x])
                {
                    x++;
                }

                while (y < _added.Length && _added[y])
                {
                    y++;
                }

                if (x > oldStart || y > newStart)
                {
                    changes.Add(new LineChange(_start + oldStart, x - oldStart, _start + newStart, y - newStart));
                    continue;
                }

                x++;
                y++;
            }

            return changes;
        }

        // Each kept round is what was furthest before it, from its own lowest diagonal − 1 to its highest + 1.
        private void GoBack(List<int[]> rounds, int round, int x, int y)
        {
            for (; round > 0; round--)
            {
                var furthest = rounds[round];
                var k = x - y;
                var at = k + round + 1;
                var previous = k == -round || (k != round && furthest[at - 1] < furthest[at + 1]) ? k + 1 : k - 1;
                var previousX = furthest[previous + round + 1];
                var previousY = previousX - previous;
                if (previous == k + 1)
                {
                    _added[previousY] = true;
                }
                else
                {
                    _removed[previousX] = true;
                }

                (x, y) = (previousX, previousY);
            }
        }
    }
}

/// <summary>Lines that were replaced; counts of 0 for lines that were only added or only removed.</summary>
internal readonly record struct LineChange(int OldStart, int OldCount, int NewStart, int NewCount);
