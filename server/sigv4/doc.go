// Package sigv4 decides who sent an S3 request and hands over its body as it was meant.
//
// It verifies AWS Signature Version 4 (Authorization header, presigned query, the four
// STREAMING modes of aws-chunked bodies) and Signature Version 2 (Authorization header and
// query), and it holds the client half of each for tests and tools. It knows neither
// operations nor permissions: what an identity may do is decided elsewhere. A request comes as
// server/inbound read it, and is not decoded again. Beyond that it needs nothing but the
// standard library.
//
// Rules are those of the "Amazon S3 API Reference: Authenticating Requests" (V4) and of
// "Signing and authenticating REST requests" (V2).
package sigv4
