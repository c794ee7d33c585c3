using System.Buffers.Text;
using System.Security.Cryptography;

namespace Sidecar.AppHost.Access;

/// <summary>What the session API proves itself with to the worker: new at each start of the AppHost, and nowhere but in their environments.</summary>
internal static class WorkerSecret
{
    /// <summary>The variable that gives it to both; agents and sidecars do not get it.</summary>
    public const string Variable = "Sidecar__WorkerSecret";

    public static string Create() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
}
