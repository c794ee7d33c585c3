using Microsoft.AspNetCore.Http.HttpResults;
using Sidecar.ServiceDefaults.Access;
using Sidecar.SessionApi.Errors;
using Sidecar.SessionApi.OpenApi;

namespace Sidecar.SessionApi.Access;

/// <summary>
/// <c>/api/h5-access</c>: access from a browser elsewhere. Only its owner may look at it or change it; <c>verify</c> is for who has the token.
/// </summary>
internal static class H5AccessEndpoints
{
    public const string Path = "/api/h5-access";
    public const string VerifyPath = $"{Path}/verify";

    private const string TokenPrefix = "h5_";
    private const string ForOwner = "403 for who holds that token: this is its owner's only.";

    public static void MapH5Access(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Path, Get)
            .Describe("readH5Access", $"Whether and how this server may be used from elsewhere. {ForOwner}")
            .Answers(H5Json.Default.H5Answer)
            .Fails(403);
        routes.MapPut(Path, Change)
            .Describe(
                "changeH5Access",
                "Changes the members that it names of {enabled, token, allowedOrigins, publicBaseUrl, fixedPort, disconnectGraceSeconds}; a null takes one back. " + ForOwner)
            .Answers(H5Json.Default.H5Answer)
            .Fails(400, 403, 413);
        routes.MapPost($"{Path}/enable", Enable)
            .Describe("enableH5Access", $"Lets who has the token use this server from elsewhere. The answer carries the token when it had to be made. {ForOwner}")
            .Answers(H5Json.Default.H5Answer)
            .Fails(403);
        routes.MapPost($"{Path}/disable", Disable)
            .Describe("disableH5Access", $"Lets nobody use this server from elsewhere with that token, which is kept. {ForOwner}")
            .Answers(H5Json.Default.H5Answer)
            .Fails(403);
        routes.MapPost($"{Path}/regenerate", Regenerate)
            .Describe("renewH5Token", $"Makes another token, which the answer carries. The one before counts no more. {ForOwner}")
            .Answers(H5Json.Default.H5Answer)
            .Fails(403);
        routes.MapPost(VerifyPath, Verify)
            .Describe("verifyH5Token", "Whether the token in Authorization: Bearer is one of this server's. 401 for another, and for none.")
            .Answers(H5Json.Default.H5Verified)
            .Fails(401);
    }

    internal static JsonHttpResult<H5Answer> Get(H5AccessStore store) => Answer(store.Current);

    internal static async Task<JsonHttpResult<H5Answer>> Change(HttpRequest request, H5AccessStore store, CancellationToken cancellationToken)
    {
        using var body = await JsonRequestBody.ReadAsync(request, cancellationToken);
        string? made = null;
        return Answer(store.Change(settings => WithToken(H5Change.Apply(settings, body.Root), ref made)), made);
    }

    internal static JsonHttpResult<H5Answer> Enable(H5AccessStore store)
    {
        string? made = null;
        return Answer(store.Change(settings => WithToken(settings with { Enabled = true }, ref made)), made);
    }

    // The token stays: who has it can use it again when access is enabled again. A new one is made by regenerate.
    internal static JsonHttpResult<H5Answer> Disable(H5AccessStore store) => Answer(store.Change(settings => settings with { Enabled = false }));

    internal static JsonHttpResult<H5Answer> Regenerate(H5AccessStore store)
    {
        var token = AccessSecret.Create(TokenPrefix);
        return Answer(store.Change(settings => settings.With(token)), token);
    }

    internal static Results<JsonHttpResult<H5Verified>, ApiError> Verify(HttpRequest request, AccessTokens tokens) =>
        tokens.LevelOf(AccessSecret.FromHeader(request.Headers.Authorization)) == AccessLevel.None
            ? new ApiError(StatusCodes.Status401Unauthorized, "UNAUTHORIZED", "The token is missing or wrong")
            : TypedResults.Json(new H5Verified(true), H5Json.Default.H5Verified);

    // Access is never open without a token.
    private static H5Settings WithToken(H5Settings settings, ref string? made)
    {
        if (!settings.Enabled || settings.Secret is not null)
        {
            return settings;
        }

        made = AccessSecret.Create(TokenPrefix);
        return settings.With(made);
    }

    private static JsonHttpResult<H5Answer> Answer(H5Settings settings, string? token = null) =>
        TypedResults.Json(new H5Answer(settings with { Token = token }, token, new H5Diagnostics()), H5Json.Default.H5Answer);
}
