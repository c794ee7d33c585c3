namespace Sidecar.SessionApi.Errors;

/// <summary>Ends a request with an error from below its handler, where a result cannot be returned: while its body is read.</summary>
internal sealed class ApiErrorException(ApiError error) : Exception(error.Message)
{
    public ApiError Error { get; } = error;
}
