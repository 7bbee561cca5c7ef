import { kafkaAddress, topicPrefixOf, withPrefix } from './address';

describe('the address of a Kafka cluster', () => {
  it('names a broker', () =>
    expect(kafkaAddress('kafka://127.0.0.1:9092')).toEqual({
      brokers: ['127.0.0.1:9092'],
      prefix: '',
      tls: false,
    }));

  it('names several brokers, a login, a prefix and settings', () =>
    expect(
      kafkaAddress('kafka://ada:a%40b@k1.example.com:9092,[::1]:9093/shop-a?tls=true&mechanism=SHA-256'),
    ).toEqual({
      brokers: ['k1.example.com:9092', '[::1]:9093'],
      prefix: 'shop-a',
      tls: true,
      login: { username: 'ada', password: 'a@b', mechanism: 'SHA-256' },
    }));

  it.each([
    ['127.0.0.1:9092', /is not the address of a Kafka cluster/],
    ['redis://127.0.0.1:6379', /is not the address of a Kafka cluster/],
    ['kafka://', /is not the address of a Kafka cluster/],
    ['kafka://host:9092/a/b', /is not the address of a Kafka cluster/],
    ['kafka://host', /names the broker "host", which is not host:port/],
    ['kafka://host:0', /names the broker "host:0"/],
    ['kafka://host:65536', /names the broker "host:65536"/],
    ['kafka://one:9092,two', /names the broker "two"/],
    ['kafka://one:9092,', /names the broker ""/],
    ['kafka://host:9092/sh%20op', /has a prefix with other characters/],
    ['kafka://host:9092?tls=yes', /neither true nor false/],
    ['kafka://host:9092?acks=1', /unknown setting acks/],
    ['kafka://ada:secret@host:9092?mechanism=MD5', /needs a mechanism of SHA-512, SHA-256, PLAINTEXT/],
    ['kafka://ada:secret@host:9092?mechanism=PLAINTEXT', /needs tls=true/],
    ['kafka://ada:%zz@host:9092', /not percent-encoded/],
  ])('is rejected: %s', (url, message) => {
    expect(() => kafkaAddress(url)).toThrow(message);
    expect(() => kafkaAddress(url)).not.toThrow(/secret/);
  });

  it('gets a prefix unless it has one', () => {
    expect(withPrefix('kafka://host:9092?tls=true', 'mine')).toBe('kafka://host:9092/mine?tls=true');
    expect(withPrefix('kafka://host:9092/', 'mine')).toBe('kafka://host:9092/mine');
    expect(withPrefix('kafka://host:9092/yours', 'mine')).toBe('kafka://host:9092/yours');
  });

  it('gives topics its prefix, which those of Redis do not have', () => {
    expect(topicPrefixOf('kafka://host:9092/mine')).toBe('mine.');
    expect(topicPrefixOf('kafka://host:9092')).toBe('');
    expect(topicPrefixOf('redis://:password@host:6379')).toBe('');
  });
});
