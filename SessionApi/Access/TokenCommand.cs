using Sidecar.SessionApi.Transcripts;

namespace Sidecar.SessionApi.Access;

/// <summary><c>SessionApi token</c>: makes a new owner token and prints it. A server that runs takes it from then on.</summary>
internal static class TokenCommand
{
    public const string HowToMakeOne =
        "Make one with \"SessionApi token\" (dotnet run --project SessionApi -- token), which prints it once and keeps only its hash.";

    public static bool IsAskedFor(string[] args) => args is ["token"];

    /// <returns>The exit code: 0, or 1 when the token could not be stored.</returns>
    public static int Run()
    {
        try
        {
            var root = new TranscriptRoot(new ConfigurationBuilder().AddEnvironmentVariables().Build());
            Console.Out.WriteLine(new OwnerToken(root).Renew());
            return 0;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"The token could not be stored: {exception.Message}");
            return 1;
        }
    }
}
