import { describe, expect, it } from 'vitest'
import { startTestApp } from './testApp.fixture.ts'

describe('OpenAPI', () => {
  it('is 3.1 with the zod schemas as JSON Schema', async ({ onTestFinished }) => {
    const app = await startTestApp()
    onTestFinished(() => app.close())
    const document = (await app.inject('/openapi.json')).json()
    expect(document.openapi).toBe('3.1.0')
    expect(Object.keys(document.paths)).not.toContain('/problems')
    expect(document.paths['/v1/lanterns']).toMatchInlineSnapshot(`
      {
        "get": {
          "operationId": "LanternController_list",
          "parameters": [
            {
              "in": "query",
              "name": "limit",
              "required": false,
              "schema": {
                "pattern": "^\\d{1,4}$",
                "type": "string",
              },
            },
            {
              "in": "query",
              "name": "cursor",
              "required": false,
              "schema": {
                "maxLength": 400,
                "pattern": "^[A-Za-z0-9_-]+$",
                "type": "string",
              },
            },
          ],
          "responses": {
            "200": {
              "description": "",
            },
          },
          "tags": [
            "Lantern",
          ],
        },
        "post": {
          "operationId": "LanternController_light",
          "parameters": [],
          "requestBody": {
            "content": {
              "application/json": {
                "schema": {
                  "additionalProperties": false,
                  "properties": {
                    "candles": {
                      "items": {
                        "properties": {
                          "lumen": {
                            "maximum": 9007199254740991,
                            "minimum": -9007199254740991,
                            "type": "integer",
                          },
                        },
                        "required": [
                          "lumen",
                        ],
                        "type": "object",
                      },
                      "maxItems": 2,
                      "type": "array",
                    },
                    "name": {
                      "minLength": 1,
                      "type": "string",
                    },
                  },
                  "required": [
                    "name",
                    "candles",
                  ],
                  "type": "object",
                },
              },
            },
            "required": true,
          },
          "responses": {
            "202": {
              "content": {
                "application/json": {
                  "schema": {
                    "additionalProperties": false,
                    "properties": {
                      "id": {
                        "type": "string",
                      },
                      "name": {
                        "type": "string",
                      },
                    },
                    "required": [
                      "id",
                      "name",
                    ],
                    "type": "object",
                  },
                },
              },
              "description": "The lantern is lit.",
            },
            "409": {
              "content": {
                "application/problem+json": {
                  "schema": {
                    "properties": {
                      "detail": {
                        "type": "string",
                      },
                      "instance": {
                        "type": "string",
                      },
                      "status": {
                        "type": "integer",
                      },
                      "title": {
                        "type": "string",
                      },
                      "type": {
                        "type": "string",
                      },
                    },
                    "required": [
                      "type",
                      "title",
                      "status",
                    ],
                    "type": "object",
                  },
                },
              },
              "description": "\`fog-too-thick\`: The fog is too thick.",
            },
          },
          "security": [
            {
              "bearer": [],
            },
          ],
          "tags": [
            "Lantern",
          ],
        },
      }
    `)
  })
})
