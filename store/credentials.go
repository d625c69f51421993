package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/credentials/ec2rolecreds"
	"github.com/aws/aws-sdk-go-v2/feature/ec2/imds"
	"github.com/aws/smithy-go/logging"
)

// noKey is the error of an endpoint for which there is no access key anywhere.
var noKey = &cause{text: "No access key for this endpoint", err: BadCredentials,
	advice: "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; or write the key into a profile of config.toml or ~/.aws/credentials; " +
		"or name another profile with --profile."}

// awsConfig has the keys of c, else what the AWS environment and files say. Who has no key there is not taken for a
// virtual machine at Amazon: its metadata address is only asked where somebody said so.
func awsConfig(ctx context.Context, c Config, client config.HTTPClient) (aws.Config, error) {
	conf := aws.Config{HTTPClient: client}
	switch {
	case c.AccessKey != "" && c.Secret != nil:
		conf.Credentials = aws.NewCredentialsCache(aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			secret, err := c.Secret()
			if err != nil {
				return aws.Credentials{}, &cause{text: "the secret of this key is not to be had: " + err.Error(), err: BadCredentials,
					advice: "Edit the connection and write the secret again."}
			}
			return aws.Credentials{AccessKeyID: c.AccessKey, SecretAccessKey: secret}, nil
		}))
		return conf, nil
	case c.AccessKey != "":
		conf.Credentials = credentials.NewStaticCredentialsProvider(c.AccessKey, c.SecretKey, c.SessionToken)
		return conf, nil
	}
	conf, err := config.LoadDefaultConfig(ctx, config.WithHTTPClient(client), config.WithSharedConfigProfile(c.Profile),
		config.WithLogger(logging.Nop{})) // the screen is the panel's
	var noProfile config.SharedConfigProfileNotExistError
	switch {
	case errors.As(err, &noProfile):
		return conf, &Error{Op: "open", Kind: BadCredentials, Err: &cause{text: fmt.Sprintf("there is no profile %q", c.Profile), err: BadCredentials,
			advice: "It is neither in the configuration nor in ~/.aws: check the name, or add it to one of them."}}
	case err != nil:
		return conf, &Error{Op: "open", Kind: BadCredentials, Err: fmt.Errorf("reading the AWS configuration: %w", err)}
	}
	if aws.IsCredentialsProvider(conf.Credentials, (*ec2rolecreds.Provider)(nil)) && !wantsMetadata(conf) {
		conf.Credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{}, noKey
		})
	}
	return conf, nil
}

// wantsMetadata says whether the metadata address of a machine at Amazon was asked for: AWS_EC2_METADATA_DISABLED=false,
// an address of it, or credential_source in the profile.
func wantsMetadata(conf aws.Config) bool {
	for _, source := range conf.ConfigSources {
		switch from := source.(type) {
		case config.EnvConfig:
			if from.EC2IMDSClientEnableState == imds.ClientEnabled || from.EC2IMDSEndpoint != "" {
				return true
			}
		case config.SharedConfig:
			if from.CredentialSource != "" || from.EC2IMDSEndpoint != "" {
				return true
			}
		}
	}
	return false
}
