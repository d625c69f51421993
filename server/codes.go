package server

// code is the status and the usual message of an error code.
type code struct {
	status  int
	message string
}

// codes are those of the S3 API reference ("List of error codes") that this
// server uses, and InsufficientStorage, which S3 has no need of.
var codes = map[string]code{
	"AccessDenied":                 {403, "Access Denied"},
	"AccessForbidden":              {403, "CORSResponse: CORS is not enabled for this bucket."},
	"BadDigest":                    {400, "The Content-MD5 or checksum value that you specified did not match what the server received."},
	"BadRequest":                   {400, "The request is not valid."},
	"BucketAlreadyExists":          {409, "The requested bucket name is not available."},
	"BucketAlreadyOwnedByYou":      {409, "The bucket that you tried to create already exists, and you own it."},
	"BucketNotEmpty":               {409, "The bucket that you tried to delete is not empty."},
	"EntityTooLarge":               {400, "Your proposed upload exceeds the maximum allowed size."},
	"EntityTooSmall":               {400, "Your proposed upload is smaller than the minimum allowed size."},
	"IncompleteBody":               {400, "You did not provide the number of bytes specified by the Content-Length HTTP header."},
	"InsufficientStorage":          {507, "The server's disk is full. Delete objects or make room, then try again."},
	"InternalError":                {500, "The server met an internal error. Please try again."},
	"InvalidArgument":              {400, "Invalid Argument"},
	"InvalidBucketName":            {400, "The specified bucket is not valid."},
	"InvalidDigest":                {400, "The Content-MD5 that you specified is not valid."},
	"InvalidLocationConstraint":    {400, "The specified location constraint is not valid."},
	"InvalidPart":                  {400, "One or more of the specified parts could not be found. The part might not have been uploaded, or the specified entity tag might not have matched the part's entity tag."},
	"InvalidPartNumber":            {416, "The requested partnumber is not satisfiable."},
	"InvalidPartOrder":             {400, "The list of parts was not in ascending order. The parts list must be specified in order by part number."},
	"InvalidRange":                 {416, "The requested range is not satisfiable."},
	"InvalidRedirectLocation":      {400, "The website redirect location must start with / or http:// or https://."},
	"InvalidRequest":               {400, "The request is not valid."},
	"InvalidStorageClass":          {400, "The storage class that you specified is not valid."},
	"InvalidTag":                   {400, "The tag provided was not a valid tag."},
	"InvalidURI":                   {400, "Couldn't parse the specified URI."},
	"KeyTooLongError":              {400, "Your key is too long."},
	"MalformedACLError":            {400, "The ACL that you provided was not well formed or did not validate against the published schema."},
	"MalformedTrailerError":        {400, "The request contained trailing data that was not well-formed or did not conform to the published schema."},
	"MalformedXML":                 {400, "The XML that you provided was not well formed or did not validate against the published schema."},
	"MaxMessageLengthExceeded":     {400, "Your request was too large."},
	"MetadataTooLarge":             {400, "Your metadata headers exceed the maximum allowed metadata size."},
	"MethodNotAllowed":             {405, "The specified method is not allowed against this resource."},
	"MissingContentLength":         {411, "You must provide the Content-Length HTTP header."},
	"NoSuchBucket":                 {404, "The specified bucket does not exist."},
	"NoSuchBucketPolicy":           {404, "The specified bucket does not have a bucket policy."},
	"NoSuchCORSConfiguration":      {404, "The CORS configuration does not exist."},
	"NoSuchKey":                    {404, "The specified key does not exist."},
	"NoSuchLifecycleConfiguration": {404, "The lifecycle configuration does not exist."},
	"NoSuchTagSet":                 {404, "The TagSet does not exist."},
	"NoSuchUpload":                 {404, "The specified multipart upload does not exist. The upload ID might be invalid, or the multipart upload might have been aborted or completed."},
	"NoSuchVersion":                {404, "The version ID specified in the request does not match an existing version."},
	"NoSuchWebsiteConfiguration":   {404, "The specified bucket does not have a website configuration."},
	"NotImplemented":               {501, "A header or query you provided requests functionality that is not implemented."},
	"PreconditionFailed":           {412, "At least one of the preconditions that you specified did not hold."},
	"RequestTimeout":               {400, "Your socket connection to the server was not read from or written to within the timeout period."},
	"ServiceUnavailable":           {503, "Service is unable to handle request."},
	"SlowDown":                     {503, "Please reduce your request rate."},
	"UnexpectedContent":            {400, "This request contains unsupported content."},
	"XAmzContentSHA256Mismatch":    {400, "The provided 'x-amz-content-sha256' header does not match what was computed."},

	"NoSuchPublicAccessBlockConfiguration":           {404, "The public access block configuration was not found."},
	"ObjectLockConfigurationNotFoundError":           {404, "Object Lock configuration does not exist for this bucket."},
	"OwnershipControlsNotFoundError":                 {404, "The bucket ownership controls were not found."},
	"ReplicationConfigurationNotFoundError":          {404, "The replication configuration was not found."},
	"ServerSideEncryptionConfigurationNotFoundError": {404, "The server-side encryption configuration was not found."},
}
