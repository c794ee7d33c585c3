using Sidecar.SessionApi.Transcripts;

namespace Sidecar.Tests.SessionApi.Transcripts;

public sealed class SessionRowsTests
{
    [Fact]
    public void With_ManyRandomChanges_EqualsASortOfAllRows()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.SendDiagnosticMessage("seed {0}", seed);
        var random = new Random(seed);
        var byPath = new Dictionary<string, SessionRow>();
        var snapshot = CatalogSnapshot.Empty;
        for (var i = 0; i < 6000; i++)
        {
            // Few paths and times, so that rows move, tie, come and go.
            var path = $"/p/{random.Next(1500)}";
            var before = byPath.GetValueOrDefault(path);
            var after = random.Next(4) == 0 ? null : Row(path, random.Next(i % 1000 < 500 ? 50 : 100_000));
            if (before is null && after is null)
            {
                continue;
            }

            byPath.Remove(path);
            if (after is not null)
            {
                byPath[path] = after;
            }

            snapshot = snapshot.With(before, after, default);
            if (i % 100 == 0)
            {
                AssertIsSorted(snapshot, byPath.Values, seed);
            }
        }

        AssertIsSorted(snapshot, byPath.Values, seed);
        foreach (var row in byPath.Values)
        {
            snapshot = snapshot.With(row, null, default);
        }

        Assert.Empty(snapshot.Rows);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 1000)]
    [InlineData(255, 2)]
    [InlineData(256, 256)]
    [InlineData(999, 1)]
    public void Slice_AcrossChunks_HasTheRowsOfTheRange(int start, int count)
    {
        var rows = SessionRows.Of(Enumerable.Range(0, 1000).Select(i => Row($"/p/{i:d4}", -i)));

        Assert.Equal(Enumerable.Range(start, count).Select(i => $"/p/{i:d4}"), rows.Slice(start, count).Select(row => row.Path));
    }

    [Fact]
    public void Without_RowThatIsNotThere_ChangesNothing()
    {
        var rows = SessionRows.Of([Row("/p/1", 1)]);

        Assert.Same(rows, rows.Without(Row("/p/2", 1)));
        Assert.Same(SessionRows.Empty, SessionRows.Empty.Without(Row("/p/2", 1)));
    }

    [Fact]
    public void RowsOf_LongPath_HasTheRowsOfAllItsDirectories()
    {
        var path = "/" + new string('x', 300);
        var prefix = "-" + new string('x', 199);
        var snapshot = CatalogSnapshot.Of(
            [Row("/a", 1, prefix + "-abc"), Row("/b", 2, prefix + "-def"), Row("/c", 3, prefix + "yabc"), Row("/d", 4, prefix)],
            default);

        Assert.Equal(["/b", "/a"], snapshot.RowsOf(path).Select(row => row.Path));
        Assert.Equal(["/d"], snapshot.RowsOf(prefix).Select(row => row.Path));
    }

    internal static SessionRow Row(string path, long ticks, string project = "") => new()
    {
        Id = $"id-{path.Length + (ticks % 3)}",
        Path = path,
        ProjectName = project is "" ? $"-project-{path[^1]}" : project,
        Title = path,
        CreatedAt = "2026-01-01T00:00:00.000Z",
        ModifiedAt = "2026-01-01T00:00:00.000Z",
        ModifiedTicks = ticks,
        MessageCount = 1,
        WorkspaceKey = new WorkspaceKey("/work", null, null, null),
        Workspace = new Workspace("/work", true, "available"),
    };

    private static void AssertIsSorted(CatalogSnapshot snapshot, IEnumerable<SessionRow> rows, int seed)
    {
        var expected = rows.Order(SessionRowOrder.Instance).Select(row => row.Path).ToList();
        Assert.True(expected.SequenceEqual(snapshot.Rows.Select(row => row.Path)), $"seed {seed}");
        Assert.Equal(expected.Count, snapshot.Rows.Count);
        for (var digit = 0; digit < 10; digit++)
        {
            var project = $"-project-{digit}";
            Assert.True(
                expected.Where(path => path[^1] == project[^1]).SequenceEqual(snapshot.RowsOf(project).Select(row => row.Path)),
                $"seed {seed}, {project}");
        }
    }
}
