using Microsoft.Extensions.Time.Testing;
using Sidecar.SessionApi.Transcripts;

namespace Sidecar.Tests.SessionApi.Transcripts;

public sealed class WorkspaceLooksTests : IDisposable
{
    private static readonly Workspace Found = new("/x", true, "available");

    private readonly FakeTimeProvider _time = new();
    private readonly ManualResetEventSlim _driveAnswers = new();
    private readonly SemaphoreSlim _looking = new(0);
    private readonly WorkspaceLooks _looks;

    public WorkspaceLooksTests()
    {
        // No file system hangs on command.
        _looks = new WorkspaceLooks(
            key =>
            {
                if (key.WorkDir.StartsWith("/hangs", StringComparison.Ordinal))
                {
                    _looking.Release();
                    _driveAnswers.Wait();
                }

                return Found;
            },
            _time);
    }

    [Fact]
    public async Task Look_DriveThatDoesNotAnswer_IsGivenUpAndTheOthersGoOn()
    {
        var hanging = _looks.LookAsync(Key("/hangs"));
        var behind = _looks.LookAsync(Key("/fine"));
        await _looking.WaitAsync(TestContext.Current.CancellationToken);
        _time.Advance(WorkspaceLooks.Deadline);

        Assert.Null(await hanging);
        Assert.Equal(Found, await behind);
        Assert.Null(await _looks.LookAsync(Key("/hangs")));
    }

    [Fact]
    public async Task Look_AllThreadsHang_AnswersAtOnceThatNothingIsKnown()
    {
        var looks = Enumerable.Range(0, WorkspaceLooks.MaxThreads + 2).Select(i => _looks.LookAsync(Key($"/hangs/{i}"))).ToList();
        for (var i = 0; i < WorkspaceLooks.MaxThreads; i++)
        {
            await _looking.WaitAsync(TestContext.Current.CancellationToken);
            _time.Advance(WorkspaceLooks.Deadline);
        }

        Assert.All(await Task.WhenAll(looks), Assert.Null);
        Assert.Null(await _looks.LookAsync(Key("/fine")));

        _driveAnswers.Set();
        while (await _looks.LookAsync(Key("/fine")) != Found)
        {
            await Task.Yield();
        }
    }

    [Fact]
    public async Task Resolve_DriveThatDoesNotAnswer_IsMissingUntilItDoes()
    {
        var workspaces = new WorkspaceResolver(_looks, _time);
        var first = workspaces.ResolveAsync(Key("/hangs")).AsTask();
        await _looking.WaitAsync(TestContext.Current.CancellationToken);
        _time.Advance(WorkspaceLooks.Deadline);
        Assert.Equal("missing", (await first).State);

        _driveAnswers.Set();
        while (!await workspaces.RefreshAsync(() => new HashSet<WorkspaceKey> { Key("/hangs") }))
        {
            await Task.Yield();
        }

        Assert.Equal(Found, workspaces.Known(Key("/hangs")));
    }

    [Fact]
    public async Task Refresh_MoreDirectoriesThanARound_AreAllLookedAtWithinThePeriod()
    {
        var looked = new HashSet<string>();
        var workspaces = new WorkspaceResolver(
            new WorkspaceLooks(
                key =>
                {
                    lock (looked)
                    {
                        looked.Add(key.WorkDir);
                    }

                    return Found;
                },
                _time),
            _time);
        var keys = Enumerable.Range(0, 10_000).Select(i => Key($"/{i}")).ToHashSet();
        await Task.WhenAll(keys.Select(key => workspaces.ResolveAsync(key).AsTask()));
        looked.Clear();

        for (var passed = TimeSpan.Zero; passed <= WorkspaceResolver.RefreshPeriod; passed += WorkspaceSweep.Interval)
        {
            _time.Advance(WorkspaceSweep.Interval);
            await workspaces.RefreshAsync(() => keys);
        }

        Assert.Equal(keys.Count, looked.Count);
    }

    [Theory]
    [InlineData("~")]
    [InlineData("~/app")]
    [InlineData("app")]
    [InlineData("C:\\app")]
    [InlineData("/a\0b")]
    [InlineData("")]
    public void At_PathThatNamesNoDirectory_IsMissing(string path)
    {
        Assert.Equal(new Workspace(path, false, "missing"), WorkspaceLook.At(Key(path)));
    }

    [Fact]
    public void At_PathThatIsTooLong_IsMissing()
    {
        var path = "/" + new string('x', 5000);

        Assert.Equal((false, "missing"), (WorkspaceLook.At(Key(path)).WorkDirExists, WorkspaceLook.At(Key(path)).State));
    }

    public void Dispose()
    {
        _driveAnswers.Set();
        _looking.Dispose();
    }

    private static WorkspaceKey Key(string workDir) => new(workDir, null, null, null);
}
