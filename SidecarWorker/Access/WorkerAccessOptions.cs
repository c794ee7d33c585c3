using Microsoft.Extensions.Options;
using Sidecar.ServiceDefaults.Access;

namespace Sidecar.SidecarWorker.Access;

/// <summary>Who may command the worker (section <c>Sidecar</c>).</summary>
internal sealed class WorkerAccessOptions
{
    public const string Section = "Sidecar";

    /// <summary>
    /// What the session API must know. The AppHost makes a new one at each of its starts and gives it to both in their environment. Without
    /// one, every program on this machine may command the worker, and no browser.
    /// </summary>
    /// <value>None unless the AppHost gives one.</value>
    public string? WorkerSecret { get; set; }
}

/// <summary>Checks <see cref="WorkerAccessOptions"/>.</summary>
internal sealed class WorkerAccessOptionsValidator(IConfiguration configuration) : IValidateOptions<WorkerAccessOptions>
{
    public ValidateOptionsResult Validate(string? name, WorkerAccessOptions options)
    {
        if (options.WorkerSecret is { Length: > 0 } secret)
        {
            return AccessSecret.IsToken(secret)
                ? ValidateOptionsResult.Success
                : ValidateOptionsResult.Fail(
                    $"Sidecar:WorkerSecret has {secret.Length} characters; it must be {AccessSecret.MinLength} to {AccessSecret.MaxLength} visible ASCII characters.");
        }

        return ListenAddresses.FirstReachable(configuration) is { } reachable
            ? ValidateOptionsResult.Fail(
                $"The worker is to listen on {reachable}, which other machines can reach, and Sidecar:WorkerSecret is not set. " +
                "Give both services the same secret (Sidecar__WorkerSecret), or listen on 127.0.0.1.")
            : ValidateOptionsResult.Success;
    }
}
