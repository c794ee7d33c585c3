#if ASPIRE
#pragma warning disable IDE0005 // Which of these the Aspire SDK uses implicitly depends on its version.
using Aspire.Hosting.ApplicationModel;

namespace Sidecar.AppHost.Restart;

/// <summary>Marks a resource that is restarted when it hangs or crashes.</summary>
/// <param name="path">What it is asked for.</param>
internal sealed class RestartAnnotation(string path) : IResourceAnnotation
{
    public string Path => path;
}
#endif
