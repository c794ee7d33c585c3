using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Sidecar.ServiceDefaults.Bounds;
using Sidecar.SessionApi.Errors;
using Sidecar.SessionApi.Files;

namespace Sidecar.Tests.SessionApi.Files;

public sealed class FileReadsTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    [Fact]
    public async Task Run_LookHangs_IsGivenUpAndKeepsItsPlace()
    {
        var time = new FakeTimeProvider();
        var bounds = new BoundRegistry(_services.GetRequiredService<IMeterFactory>());
        var reads = new FileReads(Options.Create(new FolderOptions { MaxReads = 1 }), bounds, time);
        using var drive = new ManualResetEventSlim();
        using var begun = new SemaphoreSlim(0);

        var hanging = reads.RunAsync(
            _ =>
            {
                begun.Release();
                drive.Wait(TestContext.Current.CancellationToken);
                return 1;
            },
            CancellationToken.None);
        await begun.WaitAsync(TestContext.Current.CancellationToken);
        time.Advance(TimeSpan.FromSeconds(6));

        Assert.Equal(504, (await Assert.ThrowsAsync<ApiErrorException>(() => hanging)).Error.Status);
        Assert.Equal("BUSY", (await Assert.ThrowsAsync<ApiErrorException>(() => reads.RunAsync(_ => 2, CancellationToken.None))).Error.Code);
        drive.Set();
        await Sidecar.Tests.TestSupport.WaitFor.True(() => bounds.All.Single().Used == 0, TimeSpan.FromSeconds(10), "the place to be free");
        Assert.Equal(3, await reads.RunAsync(_ => 3, CancellationToken.None));
    }

    public void Dispose() => _services.Dispose();
}
