package store

import "errors"

// Advice is one sentence that says what to do.
func (e *Error) Advice() string {
	var known *cause
	if errors.As(e.Err, &known) && known.advice != "" {
		return known.advice
	}
	switch e.Code {
	case "InvalidAccessKeyId":
		return "The endpoint does not know this access key: check that the key and the endpoint belong together."
	case "SignatureDoesNotMatch":
		return "The secret key is wrong, or something between here and the endpoint changes requests."
	case "RequestTimeTooSkewed":
		return "This computer's clock is wrong: set it and try again."
	case "ExpiredToken":
		return "The session has ended: get new temporary credentials."
	case "AuthorizationHeaderMalformed", "PermanentRedirect", "IllegalLocationConstraintException":
		return "The Space is in another region: set the region of this endpoint."
	case "AccessControlListNotSupported", "InvalidBucketAclWithObjectOwnership":
		return "This Space has access control lists switched off: use a bucket policy."
	case "ObjectParentIsFile", "DirectoryObjectContainsData", "XMinioParentIsObject", "XMinioObjectExistsAsDirectory":
		return "This endpoint keeps keys as paths of a file system: there a name is a file or a folder, and a folder has no content."
	case "EntityTooLarge":
		return "The object is larger than the endpoint takes."
	}
	if e.Kind == InvalidName && isOddPath(e.Ref.Key) {
		return "This endpoint takes keys for paths: it has none with “.”, “..” or nothing between slashes."
	}
	return e.Kind.advice()
}

func (k Kind) advice() string {
	switch k {
	case NotFound:
		return "It is not there any more: refresh the listing."
	case NoSpace:
		return "There is no Space of this name on this endpoint: check the name and the region."
	case Exists:
		return "The name is taken: choose another one."
	case NotPublic:
		return "A bucket policy can make it public, where the endpoint has them."
	case NotEmpty:
		return "Delete what is in it first; old versions count, and with some servers unfinished uploads."
	case Denied:
		return "The access key may not do this: use another key, or have the permission granted."
	case BadCredentials:
		return "Check the access key and the secret of this endpoint."
	case InvalidName:
		return "The endpoint does not take this name: choose another one."
	case Throttled:
		return "The endpoint asks to slow down: wait a little and retry."
	case Unreachable:
		return "Check the endpoint's address, the network, and whether the server runs."
	case Precondition:
		return "Somebody else changed it meanwhile: refresh and try again."
	case Unsupported:
		return "This endpoint has no such function."
	case Full:
		return "The endpoint has no room left: delete something or enlarge it."
	case Canceled:
		return "It was canceled; start it again when you like."
	}
	return "Try again; if it stays so, give the request id to whoever runs the endpoint."
}
